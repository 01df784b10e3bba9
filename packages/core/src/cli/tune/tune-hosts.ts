import { join } from "node:path";
import { didYouMean } from "../../errors/did-you-mean.js";
import { hoststackError } from "../../errors/error.js";
import type { WiredLink, Wiring } from "../../experiment/assign-hosts.js";
import type { HostsToTune } from "../../system/profiles/profile-for-hosts.js";
import { rolesByName } from "../../testbed/embedded-hosts.js";
import { fileRoles } from "../../testbed/file/file-roles.js";
import { linkPairs } from "../../testbed/file/link-pairs.js";
import { readTestbedFile } from "../../testbed/file/read-testbed-file.js";
import type { TestbedFile, TestbedFileEnd } from "../../testbed/file/schema.js";
import { testbedFile } from "../../testbed/kept/guest-files.js";
import { usableTestbed } from "../../testbed/kept/list.js";
import { openKeptTestbed } from "../../testbed/kept/open-kept.js";
import { failureOfHosts, type HostFailure } from "../../testbed/ssh/failures.js";
import { type OpenedHost, reachHosts } from "../../testbed/ssh/open-hosts.js";
import type { TunedHost } from "../../tuning/host-steps.js";
import { askOnTerminal } from "../ask-on-terminal.js";
import { keptName } from "../chosen-testbed.js";

/** Hosts to tune; disposing them closes the connections. */
export interface TuneHosts extends HostsToTune, AsyncDisposable {
  /** Why the others could not be opened. */
  readonly failures: readonly HostFailure[];
}

/** Which hosts a command line names. */
export interface TuneWhere {
  readonly testbed: unknown;
  readonly hosts: readonly string[];
  /** Hosts that cannot be reached keep nobody from the others. */
  readonly partly: boolean;
  readonly signal: AbortSignal;
}

interface OpenedTestbed extends AsyncDisposable {
  readonly hosts: readonly TunedHost[];
  /** Of all hosts, in the order of the testbed. */
  readonly names: readonly string[];
  readonly failures: readonly HostFailure[];
  readonly wiring: Wiring<WiredLink>;
}

type Ends = readonly { readonly host: string; readonly nic: string }[];

/** A link as a testbed names it; a switch has more than two ends. */
interface NamedLink {
  readonly name: string;
  readonly ends: Ends;
}

function nicsOf(name: string, links: readonly NamedLink[]): Readonly<Record<string, string>> {
  const entries = links.flatMap((link) =>
    link.ends.flatMap(({ host, nic }) => (host === name ? [[link.name, nic] as const] : [])),
  );
  return Object.fromEntries(entries);
}

/** Roles as a file states them, or as the names of its hosts do. */
function wiringOf({ roles, hosts }: TestbedFile, links: readonly NamedLink[]): Wiring<WiredLink> {
  const pairs = links.flatMap(({ name, ends }) => linkPairs(name, ends, ({ host }) => host));
  const [first, second, ...others] = Object.keys(hosts);
  const byName =
    first === undefined || second === undefined ? {} : rolesByName([first, second, ...others]);
  return { links: pairs, ...byName, ...fileRoles(roles) };
}

/** A card of a file that is only told by its MAC address. */
function nicOfEnd(end: TestbedFileEnd, opened: OpenedHost | undefined): string | undefined {
  if (end.nic !== undefined) return end.nic;
  const mac = end.mac?.toLowerCase();
  const fitting = opened?.probe.interfaces.filter((one) => one.mac === mac) ?? [];
  return fitting.find(({ lower }) => lower === undefined)?.name;
}

async function openFile(file: TestbedFile, signal: AbortSignal): Promise<OpenedTestbed> {
  const ask = askOnTerminal(signal);
  const opened = await reachHosts(file, { signal, ...(ask === undefined ? {} : { ask }) });
  const links = file.links.map(({ name, ends }) => ({
    name,
    ends: ends.flatMap((end) => {
      const nic = nicOfEnd(end, opened.byName.get(end.host));
      return nic === undefined ? [] : [{ host: end.host, nic }];
    }),
  }));
  return {
    hosts: [...opened.byName.values()].map(({ host }) => ({
      host,
      nics: nicsOf(host.name, links),
    })),
    names: Object.keys(file.hosts),
    failures: opened.failures,
    wiring: wiringOf(file, links),
    [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose](),
  };
}

async function openKept(name: string, signal: AbortSignal): Promise<OpenedTestbed> {
  const { ledger, directory } = await usableTestbed(name);
  // Guests are not asked whether the link is as it was: tuning may have made it another.
  if (ledger.kind === "vm") {
    return await openFile(await readTestbedFile(join(directory, testbedFile)), signal);
  }
  const testbed = await openKeptTestbed(name, { signal });
  return {
    hosts: testbed.hosts.map((host) => ({ host, nics: nicsOf(host.name, testbed.links) })),
    names: testbed.hosts.map(({ name }) => name),
    failures: [],
    wiring: testbed,
    [Symbol.asyncDispose]: () => testbed[Symbol.asyncDispose](),
  };
}

function checkNames(known: readonly string[], asked: readonly string[], testbed: string): void {
  const stranger = asked.find((name) => !known.includes(name));
  if (stranger === undefined) return;
  throw hoststackError("OPTIONS_INVALID", `${testbed} has no host "${stranger}"`, {
    remedy: `${didYouMean(stranger, known)}it has ${known.join(", ")}`,
  });
}

/**
 * Opens the hosts. Throws OPTIONS_INVALID without a testbed or for a name it does not have, and what
 * `readTestbedFile`, `openHosts` and `openKeptTestbed` throw; `partly` has `reachHosts` in place of `openHosts`.
 */
export async function openTuneHosts(where: TuneWhere): Promise<TuneHosts> {
  const { testbed, hosts, partly, signal } = where;
  if (typeof testbed !== "string") {
    throw hoststackError("OPTIONS_INVALID", "tune needs --testbed", {
      remedy: "give --testbed FILE.yaml; or `testbed up` one and give --testbed kept:lab",
      details: { field: "testbed" },
    });
  }
  const kept = keptName(testbed);
  const opened =
    kept === undefined
      ? await openFile(await readTestbedFile(testbed), signal)
      : await openKept(kept, signal);
  try {
    const { names, wiring } = opened;
    checkNames(names, hosts, testbed);
    const isChosen = (name: string) => hosts.length === 0 || hosts.includes(name);
    const chosen = opened.hosts.filter(({ host }) => isChosen(host.name));
    if (!partly && opened.failures.length > 0) throw failureOfHosts(opened.failures);
    const failures = opened.failures.filter(({ host }) => isChosen(host));
    const close = () => opened[Symbol.asyncDispose]();
    return { chosen, names, wiring, failures, [Symbol.asyncDispose]: close };
  } catch (error) {
    await opened[Symbol.asyncDispose]();
    throw error;
  }
}
