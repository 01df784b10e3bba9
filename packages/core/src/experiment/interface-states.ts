import type { Testbed } from "../testbed/testbed.js";
import type { Silence } from "./link-watch.js";
import { hostNamed } from "./roles.js";

/** Prints what interfaces say of themselves: `up`, `down`, `lowerlayerdown`; `gone` where there is none. */
const stateScript =
  'for nic; do read -r state 2>/dev/null <"/sys/class/net/$nic/operstate" || state=gone; echo "$state"; done';

/** States of the interfaces of silent links, as `NIC of HOST`. Throws as `Host.run` does when a host is gone. */
export async function interfaceStates(
  testbed: Testbed,
  silences: readonly Silence[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const ends = silences.flatMap(({ ends: { client, server } }) => [client, server]);
  const hosts = [...new Set(ends.map(({ host }) => host))];
  const asked = hosts.map(async (host) => {
    const nics = ends.filter((end) => end.host === host).map(({ nic }) => nic);
    const command = { argv: ["sh", "-c", stateScript, "sh", ...nics] } as const;
    const { stdout } = await hostNamed(testbed, host).run(command, { signal });
    const states = stdout.split("\n");
    return nics.map((nic, index) => [`${nic} of ${host}`, states[index] ?? "gone"] as const);
  });
  return new Map((await Promise.all(asked)).flat());
}
