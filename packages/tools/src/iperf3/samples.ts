import type { MetricSample } from "../kernel/sample.js";
import { tidy, toSi } from "../kernel/units.js";
import type { Iperf3Result, Iperf3Transfer } from "./result.js";

function rate(
  metric: string,
  value: Iperf3Transfer | undefined,
  definition: string,
): MetricSample[] {
  if (value === undefined) return [];
  return [{ metric, value: value.bitsPerS, unit: "bit/s", definition, better: "higher" }];
}

function datagramSamples(datagrams: Iperf3Result["datagrams"]): MetricSample[] {
  if (datagrams === undefined) return [];
  const { lost, total, jitterMs } = datagrams;
  const loss: MetricSample[] =
    total === 0
      ? []
      : [
          {
            metric: "lossRatio",
            value: lost / total,
            unit: "ratio",
            asReported: { value: `${lost}/${total}`, unit: "Lost/Total Datagrams" },
            definition: "datagrams missing at the receiver over datagrams sent",
            better: "lower",
          },
        ];
  if (jitterMs === undefined) return loss;
  return [
    ...loss,
    {
      metric: "jitter",
      value: toSi(jitterMs, "iperf3 ms"),
      unit: "s",
      asReported: { value: String(jitterMs), unit: "ms" },
      definition: "smoothed difference of transit times, RFC 1889",
      better: "lower",
    },
  ];
}

/** Goodput, sent rate, retransmissions, loss, jitter and CPU use of a test, as far as reported. */
export function iperf3Samples(result: Iperf3Result): MetricSample[] {
  const { retransmits, cpuPercent } = result;
  return [
    ...rate("goodput", result.received, "payload that arrived at the receiver"),
    ...rate("sentRate", result.sent, "payload handed to the sender's socket"),
    ...rate("reverseGoodput", result.reverseReceived, "payload that arrived, server to client"),
    ...rate("reverseSentRate", result.reverseSent, "payload sent, server to client"),
    ...(retransmits === undefined
      ? []
      : [{ metric: "retransmits", value: retransmits, unit: "count", better: "lower" } as const]),
    ...datagramSamples(result.datagrams),
    ...(cpuPercent === undefined
      ? []
      : [
          {
            metric: "cpuUtilisation",
            value: tidy(cpuPercent.host / 100),
            unit: "ratio",
            asReported: { value: String(cpuPercent.host), unit: "%" },
            definition: "CPU time of this iperf3 process over time; 1 is one CPU",
            better: "lower",
          } as const,
        ]),
  ];
}
