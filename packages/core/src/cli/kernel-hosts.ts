import { hoststackError } from "../errors/error.js";
import type { Host } from "../host/host.js";
import { openHost } from "../host/open-host.js";
import { planRoute } from "../host/ssh/jump/route.js";
import type { AskSecret } from "../host/ssh-target.js";
import type { RebootableHost } from "../kernel/boot/boot-request.js";
import { readTestbedFile } from "../testbed/file/read-testbed-file.js";
import type { TestbedFileHost } from "../testbed/file/schema.js";
import { connectHost, sshTargetOf } from "../testbed/ssh/connect-host.js";
import { openHosts } from "../testbed/ssh/open-hosts.js";
import { askOnTerminal } from "./ask-on-terminal.js";
import { namedHosts } from "./named-hosts.js";

/** Hosts whose kernels a command is about; disposing them closes the connections. */
export interface KernelHosts extends AsyncDisposable {
  readonly hosts: readonly Host[];
  /** A host as a reboot needs it. */
  rebootable(host: Host): Promise<RebootableHost>;
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
 * Opens the named hosts of a testbed file, or all. Throws OPTIONS_INVALID without a file or for a name it does not
 * have, and what `readTestbedFile` and `openHosts` throw.
 */
export async function openKernelHosts(
  { testbed, names }: { readonly testbed: unknown; readonly names: readonly string[] },
  signal: AbortSignal,
): Promise<KernelHosts> {
  if (typeof testbed !== "string") {
    throw hoststackError("OPTIONS_INVALID", "kernel needs --testbed FILE for hosts", {
      remedy: "guests of a testbed boot the kernel their recipe names; docs/kernels.md",
      details: { field: "testbed" },
    });
  }
  const file = await readTestbedFile(testbed);
  const asking = askOnTerminal(signal);
  const ask = asking && remembering(asking);
  const opened = await openHosts(
    { ...file, hosts: namedHosts(file, names, testbed) },
    { signal, ...(ask === undefined ? {} : { ask: ask.first }) },
  );
  return {
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
