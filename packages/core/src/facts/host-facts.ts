import { isHoststackError } from "@hoststack/tools";
import type { BatchResult } from "../host/batch.js";
import type { Host } from "../host/host.js";
import { ethtoolCommands, readEthtoolFacts } from "./ethtool-facts.js";
import { readToolFacts, type ToolProgram, toolCommands } from "./tool-facts.js";
import { unavailable } from "./unavailable.js";

/** Settings of a network namespace that figures depend on, below /proc/sys/net. */
const sysctls = [
  "ipv4/tcp_congestion_control",
  "ipv4/tcp_rmem",
  "ipv4/tcp_wmem",
  "core/default_qdisc",
  "core/rmem_max",
  "core/wmem_max",
  "core/busy_read",
  "core/busy_poll",
  "core/netdev_max_backlog",
] as const;

/** Prints the line of each file named, or an empty one; a shell's `read` takes single bytes, of which sysctls give one. */
const readFiles = `
exec 2>/dev/null
for file; do printf '%s\\n' "$(cat "$file")"; done
`;

/** Longest a host may take to tell versions and settings. */
const deadlineMs = 20_000;

/** What of a host the facts are about. */
export interface HostQuestion {
  /** Data card whose driver and settings count. */
  readonly nic: string;
  /** Programs whose versions count. */
  readonly tools: readonly ToolProgram[];
}

function sysctlFacts(answer: BatchResult | undefined): Record<string, string> {
  const lines = answer?.stdout.split("\n") ?? [];
  const facts = sysctls.map((path, index) => {
    const value = lines[index]?.trim().replaceAll(/\s+/g, " ");
    // most of net.core is of the machine, and not shown to namespaces
    const why = "the kernel shows no such setting to this host";
    return [`net.${path.replaceAll("/", ".")}`, value || unavailable(why)] as const;
  });
  return Object.fromEntries(facts);
}

async function batchOr(
  host: Host,
  commands: Parameters<Host["batch"]>[0],
  signal: AbortSignal,
): Promise<readonly BatchResult[]> {
  try {
    return await host.batch(commands, { deadlineMs, signal });
  } catch (error) {
    // a program that does not end when it is asked for its version is no reason not to run
    if (isHoststackError(error, "COMMAND_TIMED_OUT")) return [];
    throw error;
  }
}

/**
 * What one end of a link runs with, beside the facts of its machine: name, card, settings and versions of tools. Asked
 * of every host by itself, since namespaces of one machine differ in them. One that cannot be had says
 * `unavailable: reason`. Throws as `Host.batch` does.
 */
export async function hostFacts(
  host: Host,
  { nic, tools }: HostQuestion,
  signal: AbortSignal,
): Promise<Record<string, string>> {
  const paths = sysctls.map((path) => `/proc/sys/net/${path}`);
  const [name, read, ...card] = await batchOr(
    host,
    [
      { argv: ["uname", "-n"] },
      { argv: ["sh", "-c", readFiles, "sh", ...paths] },
      ...ethtoolCommands(nic),
    ],
    signal,
  );
  const versions = await batchOr(host, toolCommands(tools), signal);
  return {
    nodeName: name?.stdout.trim() || unavailable("uname said nothing"),
    nic,
    ...readEthtoolFacts(card),
    ...sysctlFacts(read),
    ...readToolFacts(tools, versions),
  };
}
