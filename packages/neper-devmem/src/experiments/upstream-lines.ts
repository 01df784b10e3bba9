import type { AnyExperiment } from "@hoststack/core";
import { nicThroughputLines } from "../neper/multi-neper.js";
import type { NeperResult } from "./result.js";

type Hook = NonNullable<AnyExperiment["upstreamLines"]>;

/**
 * Throughput of each NIC of the servers as multi_neper.py prints it: `[eth1] Throughput (Mb/s): 193551.94`, and `NA`
 * for every NIC of an invalid trial, since none of its figures counts.
 */
export function neperLines(
  { processes, result, verdict }: Parameters<Hook>[0],
  links: Parameters<Hook>[1],
): readonly string[] {
  const servers = processes.filter(({ id }) => id.startsWith("server-"));
  const host = servers[0]?.host;
  const client = processes.find(({ id }) => id.startsWith("client-"))?.host;
  const used = links.filter(({ ends }) =>
    [host, client].every((name) => ends.some((end) => end.host === name)),
  );
  const rates =
    verdict.state === "invalid" ? [] : ((result as NeperResult | undefined)?.links ?? []);
  return nicThroughputLines(
    servers.map(({ id }, index) => {
      const nic = used[index]?.ends.find((end) => end.host === host)?.nic;
      const rate = rates.find(({ server }) => server === id);
      return { device: nic ?? id, mbitPerS: rate === undefined ? null : rate.perS / 1e6 };
    }),
  );
}
