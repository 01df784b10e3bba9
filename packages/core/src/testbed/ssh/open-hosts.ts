import { readFile } from "node:fs/promises";
import { hoststackError } from "../../errors/error.js";
import type { Host } from "../../host/host.js";
import { openHost } from "../../host/open-host.js";
import type { AskSecret } from "../../host/ssh-target.js";
import type { TestbedFile, TestbedFileHost } from "../file/schema.js";
import type { Progress } from "../testbed.js";
import { connectHost } from "./connect-host.js";
import { failureOfHosts, type HostFailure } from "./failures.js";
import { type HostProbe, probeCommands, readProbe } from "./probe.js";

/** How hosts are opened. */
export interface OpenHostsContext {
  /** Stops the opening (INTERRUPTED). */
  readonly signal?: AbortSignal;
  readonly progress?: Progress;
  /** Asks for passphrases and passwords; without it a login that needs one fails and says so. */
  readonly ask?: AskSecret;
}

/** A host that is connected and told what it has. */
export interface OpenedHost {
  readonly host: Host;
  readonly probe: HostProbe;
  /** It is reached without SSH. */
  readonly local: boolean;
  /** Its kernel is the one hoststack itself runs on, however it is reached. */
  readonly controller: boolean;
}

/** The hosts of a testbed file by name; disposing them closes all connections. */
export interface OpenedHosts extends AsyncDisposable {
  readonly byName: ReadonlyMap<string, OpenedHost>;
}

/** Hosts that could be opened, and what went wrong with the others. */
export interface ReachedHosts extends OpenedHosts {
  readonly failures: readonly HostFailure[];
}

/** A host whose machine is known once it has answered. */
interface Answering extends OpenedHost {
  readonly machine: { id: string };
}

/** What is known before a host is opened. */
interface Opening extends OpenHostsContext {
  /** Undefined on systems that are no Linux, which no host runs. */
  readonly ownBootId: string | undefined;
}

const readOwnBootId = (): Promise<string | undefined> =>
  readFile("/proc/sys/kernel/random/boot_id", "latin1").then(
    (text) => text.trim(),
    () => undefined,
  );

async function openOne(
  name: string,
  described: TestbedFileHost,
  context: Opening,
): Promise<Answering> {
  const transport = await connectHost(described, context);
  const machine = { id: name };
  const host = openHost({ name, machine, transport });
  try {
    const { signal } = context;
    const answers = await host.batch(probeCommands, signal === undefined ? {} : { signal });
    const probe = readProbe(name, answers);
    context.progress?.({ kind: "host.up", text: `${name} is connected: ${probe.hostname}` });
    const controller = probe.bootId === context.ownBootId;
    return { host, machine, probe, local: described.local === true, controller };
  } catch (error) {
    await host[Symbol.asyncDispose]();
    throw error;
  }
}

/**
 * Hosts whose kernels booted at the same moment are one machine, whatever their names: containers and
 * network namespaces of a machine, and two aliases of it, share its clock and CPUs.
 */
function nameMachines(hosts: readonly Answering[]): void {
  const known = new Map<string, string>();
  for (const { machine, probe } of hosts) {
    const id = known.get(probe.bootId) ?? `${probe.hostname}-${probe.bootId.slice(0, 8)}`;
    known.set(probe.bootId, id);
    machine.id = id;
  }
}

/**
 * Connects to all hosts of a testbed file side by side and asks each, in one exchange, what it has. Those that cannot
 * be used are told as failures, for questions the others can answer without them. Throws INTERRUPTED.
 */
export async function reachHosts(
  file: TestbedFile,
  context: OpenHostsContext = {},
): Promise<ReachedHosts> {
  const described = Object.entries(file.hosts);
  const opening = { ...context, ownBootId: await readOwnBootId() };
  const settled = await Promise.allSettled(
    described.map(([name, host]) => openOne(name, host, opening)),
  );
  const opened = settled.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  const close = async () => {
    await Promise.all(opened.map(({ host }) => host[Symbol.asyncDispose]()));
  };
  const failures = settled.flatMap((one, index) =>
    one.status === "rejected" ? [{ host: described[index]?.[0] ?? "", error: one.reason }] : [],
  );
  if (context.signal?.aborted) {
    await close();
    const cause: unknown = failures[0]?.error;
    throw hoststackError("INTERRUPTED", "stopped while connecting to the hosts", { cause });
  }
  nameMachines(opened);
  return {
    byName: new Map(opened.map((one) => [one.host.name, one])),
    failures,
    [Symbol.asyncDispose]: close,
  };
}

/**
 * Connects to all hosts of a testbed file as {@link reachHosts} does. Throws one error that names every host that
 * failed, with what to do: HOST_UNREACHABLE, HOST_KEY_REJECTED, OPTIONS_INVALID, TOOL_MISSING, CAPABILITY_MISSING,
 * INTERRUPTED.
 */
export async function openHosts(
  file: TestbedFile,
  context: OpenHostsContext = {},
): Promise<OpenedHosts> {
  const reached = await reachHosts(file, context);
  if (reached.failures.length === 0) return reached;
  await reached[Symbol.asyncDispose]();
  throw failureOfHosts(reached.failures);
}
