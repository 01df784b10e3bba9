import { hoststackError } from "../errors/error.js";
import type { Host } from "../host/host.js";
import { openHost } from "../host/open-host.js";
import { planRoute } from "../host/ssh/jump/route.js";
import type { AskSecret } from "../host/ssh-target.js";
import type { RebootableHost } from "../kernel/boot/boot-request.js";
import { readTestbedFile } from "../testbed/file/read-testbed-file.js";
import type { TestbedFileHost } from "../testbed/file/schema.js";
import { connectHost, sshTargetOf } from "../testbed/ssh/connect-host.js";
import { failureOfHosts, type HostFailure } from "../testbed/ssh/failures.js";
import { reachHosts } from "../testbed/ssh/open-hosts.js";
import { askOnTerminal } from "./ask-on-terminal.js";
import { namedHosts } from "./named-hosts.js";

/** Hosts whose kernels a command is about; disposing them closes the connections. */
export interface KernelHosts extends AsyncDisposable {
  readonly hosts: readonly Host[];
  /** A host as a reboot needs it. */
  rebootable(host: Host): Promise<RebootableHost>;
}

/** Those of the hosts that answered. */
export interface ReachedKernelHosts extends KernelHosts {
  /** Names of all hosts the command is about, in the order of the testbed file. */
  readonly names: readonly string[];
  /** Why the others did not. */
  readonly failures: readonly HostFailure[];
}

/** Which hosts a command line names. */
interface KernelWhere {
  readonly testbed: unknown;
  readonly names: readonly string[];
}

/** What was typed for the first login is typed for the next ones: nobody waits at the terminal for a reboot. */
function remembering(ask: AskSecret): { first: AskSecret; again: AskSecret } {
  const answers = new Map<string, string>();
  const first: AskSecret = async (question) => {
    const answer = await ask(question);
    answers.set(question.text, answer);
    return answer;
  };
  return {
    first,
    again: async (question) => answers.get(question.text) ?? (await first(question)),
  };
}

/** Where a host's server can be asked directly; not through jump hosts and proxies. */
async function addressOf(described: TestbedFileHost): Promise<RebootableHost["address"]> {
  if (described.ssh === undefined) return undefined;
  const [host, ...others] = await planRoute(sshTargetOf(described.ssh, {}));
  if (others.length > 0 || host.proxyCommand !== undefined) return undefined;
  return { host: host.hostname, port: host.port };
}

/**
 * Opens those of the named hosts of a testbed file, or of all, that can be reached. Throws OPTIONS_INVALID without a
 * file or for a name it does not have, what `readTestbedFile` throws, and INTERRUPTED.
 */
export async function reachKernelHosts(
  { testbed, names }: KernelWhere,
  signal: AbortSignal,
): Promise<ReachedKernelHosts> {
  if (typeof testbed !== "string") {
    throw hoststackError("OPTIONS_INVALID", "kernel needs --testbed FILE for hosts", {
      remedy: "guests of a testbed boot the kernel their recipe names; docs/kernels.md",
      details: { field: "testbed" },
    });
  }
  const file = await readTestbedFile(testbed);
  const asking = askOnTerminal(signal);
  const ask = asking && remembering(asking);
  const hosts = namedHosts(file, names, testbed);
  const opened = await reachHosts(
    { ...file, hosts },
    { signal, ...(ask === undefined ? {} : { ask: ask.first }) },
  );
  return {
    names: Object.keys(hosts),
    failures: opened.failures,
    hosts: [...opened.byName.values()].map(({ host }) => host),
    rebootable: async (host) => {
      const found = file.hosts[host.name] ?? {};
      return {
        host,
        address: await addressOf(found),
        reopen: async (stopped) => {
          const context = { signal: stopped, ...(ask === undefined ? {} : { ask: ask.again }) };
          const transport = await connectHost(found, context);
          return openHost({ name: host.name, machine: host.machine, transport });
        },
      };
    },
    [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose](),
  };
}

/** Opens all of them. Throws as {@link reachKernelHosts} does, and one error for all that cannot be reached. */
export async function openKernelHosts(
  where: KernelWhere,
  signal: AbortSignal,
): Promise<KernelHosts> {
  const reached = await reachKernelHosts(where, signal);
  if (reached.failures.length === 0) return reached;
  await reached[Symbol.asyncDispose]();
  throw failureOfHosts(reached.failures);
}
