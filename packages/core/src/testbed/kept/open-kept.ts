import { join } from "node:path";
import { hoststackError } from "../../errors/error.js";
import { openNetnsTransport } from "../../host/netns.js";
import { openHost } from "../../host/open-host.js";
import { tokenState } from "../../host/process-token.js";
import type { AskSecret } from "../../host/ssh-target.js";
import { missingFromEmbedded } from "../capabilities/embedded.js";
import type { Capability, Progress, Testbed } from "../testbed.js";
import { testbedFile } from "./guest-files.js";
import { keptRoles } from "./kept-roles.js";
import { type UsableTestbed, usableTestbed } from "./list.js";
import { pidOf } from "./liveness.js";

const watchMs = 500;

/** How a kept testbed is opened. */
export interface OpenKeptContext {
  readonly signal?: AbortSignal;
  readonly progress?: Progress;
  readonly ask?: AskSecret;
}

/** Looks now and then whether the holder and the hosts still run; disposing it ends that. */
function watchProcesses({ name, ledger }: UsableTestbed) {
  const lost = new AbortController();
  const tokens = [ledger.holder, ...ledger.hosts.map((host) => host.process)];
  const look = () => {
    const states = tokens.map(tokenState);
    if (!states.includes("dead")) return;
    lost.abort(hoststackError("HOST_UNREACHABLE", `the kept testbed "${name}" has ended`));
  };
  const timer = setInterval(look, watchMs);
  timer.unref();
  return { lost: lost.signal, end: () => clearInterval(timer) };
}

function openNamespaces(kept: UsableTestbed): Testbed {
  const { ledger } = kept;
  const { userNamespace, links, evidence, provenance, notices } = ledger;
  const machine = { id: `machine-of-${ledger.machine}` };
  const hosts = ledger.hosts.map(({ name, process }) => {
    const transport = openNetnsTransport({ name, holderPid: pidOf(process), userNamespace });
    return openHost({ name, machine, transport });
  });
  const capabilities = new Set<Capability>(ledger.capabilities);
  const names = hosts.map(({ name }) => name);
  const watch = watchProcesses(kept);
  return {
    kind: "netns",
    ...{ hosts, links, capabilities, evidence, provenance, notices },
    ...keptRoles(ledger),
    missing: missingFromEmbedded("netns", capabilities, names),
    keeps: [],
    lost: watch.lost,
    [Symbol.asyncDispose]: async () => {
      watch.end();
      await Promise.all(hosts.map((one) => one[Symbol.asyncDispose]()));
    },
  };
}

/** Over SSH as any other host, but known to be what they are. */
async function openGuests(kept: UsableTestbed, context: OpenKeptContext): Promise<Testbed> {
  const { readTestbedFile } = await import("../file/read-testbed-file.js");
  const { openSshTestbed } = await import("../ssh/open-ssh-testbed.js");
  const file = await readTestbedFile(join(kept.directory, testbedFile));
  const testbed = await openSshTestbed({ ...context, file });
  const { provenance, notices } = kept.ledger;
  return {
    ...testbed,
    ...keptRoles(kept.ledger),
    kind: "vm",
    provenance: { ...provenance, ...testbed.provenance },
    notices: [...notices, ...testbed.notices],
  };
}

/**
 * Opens a testbed that `keepTestbed` keeps; disposing it leaves the testbed as it is. Throws
 * OPTIONS_INVALID when there is none of that name, TESTBED_LOST when it cannot be used, and for
 * guests what `openSshTestbed` throws.
 */
export async function openKeptTestbed(
  name: string,
  context: OpenKeptContext = {},
): Promise<Testbed> {
  const kept = await usableTestbed(name);
  const testbed =
    kept.ledger.kind === "netns" ? openNamespaces(kept) : await openGuests(kept, context);
  return {
    ...testbed,
    embeddedBy: [pidOf(kept.ledger.holder)],
    keeps: [`the testbed ${name} stays up: testbed down --name ${name}`],
  };
}
