import type { Host } from "../host/host.js";

/** Below those the kernel hands out by itself. */
const firstPort = 12_000;
/** What a trial may use: its processes and parallel flows count up from the first. */
const portsPerTrial = 64;
const portSets = 250;

/**
 * Local ports from 8192 to 28671, as sockets of both protocols and families have them in hexadecimal.
 * Those that wait for late segments (TIME_WAIT, a minute after a connection) are among them: servers
 * that do not ask for SO_REUSEADDR cannot have such a port, though nobody uses it any more.
 */
const localPort = "^ *[0-9]+: [0-9A-F]+:[2-6][0-9A-F]{3} ";
const files = ["tcp", "tcp6", "udp", "udp6"].map((name) => `/proc/net/${name}`);

/** The first port of a set; where a trial begins to look, and what it gets unless that is taken. */
export const usualPort = (index: number): number => firstPort + portsPerTrial * (index % portSets);

async function takenPorts(host: Host, signal: AbortSignal): Promise<number[]> {
  const argv = ["grep", "-hsoE", localPort, ...files] as const;
  // no match and a family the kernel lacks are no errors
  const { stdout } = await host.run({ argv }, { signal, reject: false });
  return [...stdout.matchAll(/:([0-9A-F]{4}) $/gm)].map(([, hex]) =>
    Number.parseInt(hex ?? "", 16),
  );
}

/**
 * The first of 64 ports in a row that no socket of any of the hosts has. Trials begin to look at
 * sets of their own (`index`), so that they seldom meet; when all sets are taken it is theirs all the same.
 */
export async function freePort(
  hosts: readonly Host[],
  { index, signal }: { readonly index: number; readonly signal: AbortSignal },
): Promise<number> {
  const found = await Promise.all(hosts.map((host) => takenPorts(host, signal)));
  const taken = new Set(found.flat().map((port) => Math.floor((port - firstPort) / portsPerTrial)));
  const sets = Array.from({ length: portSets }, (_, step) => (index + step) % portSets);
  return usualPort(sets.find((one) => !taken.has(one)) ?? index);
}
