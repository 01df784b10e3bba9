import { defineExperiment, type Reason, tcpRules, udpRules } from "@hoststack/core";
import {
  type Iperf3Result,
  iperf3ClientArgv,
  iperf3JsonParser,
  iperf3Samples,
  iperf3ServerArgv,
  iperf3Window,
} from "@hoststack/tools";
import { z } from "zod";
import { deadlineMs } from "../deadline.js";
import { invalid, payloadFindings, suspect } from "./findings.js";

const options = z.strictObject({
  protocol: z.enum(["tcp", "udp"]).default("tcp").describe("transport protocol"),
  durationS: z.int().min(1).max(3600).default(4).describe("test time in seconds"),
  parallel: z.int().min(1).max(128).default(1).describe("streams at the same time"),
  mbitPerS: z
    .number()
    .positive()
    .optional()
    .describe("target rate of each stream in Mbit/s; default unlimited, 1 for UDP"),
});

/** Rate of a UDP stream unless told otherwise: iperf3's own cap. */
const udpMbitPerS = 1;

/** iperf3 may close its list with an interval of some milliseconds, which says nothing. */
const shortestIntervalS = 0.5;

function stalledFindings({ intervals }: Iperf3Result): Reason[] {
  const told = intervals.filter(
    ({ omitted, startS, endS }) => !omitted && endS - startS >= shortestIntervalS,
  );
  const stalled = told.filter(({ bitsPerS }) => bitsPerS === 0).length;
  if (stalled === 0) return [];
  const text = `nothing was sent in ${stalled} of ${told.length} intervals of the test`;
  return [suspect("flow.stalled", text)];
}

function lossFindings({ datagrams }: Iperf3Result): Reason[] {
  if (datagrams === undefined || datagrams.lost <= 0.001 * datagrams.total) return [];
  const text = `${datagrams.lost} of ${datagrams.total} datagrams were lost (threshold 0.001)`;
  return [suspect("udp.loss", text)];
}

/** Goodput of a bulk transfer over kernel sockets. */
export const iperf3 = defineExperiment({
  name: "iperf3",
  summary: "bulk transfer over kernel sockets",
  options,
  needs: [],
  tools: [{ program: "iperf3", debianPackage: "iperf3" }],
  evidence: [
    { feature: "TCP", level: "namespace" },
    { feature: "UDP", level: "namespace" },
  ],
  title({ protocol, parallel, mbitPerS }) {
    const target = mbitPerS ?? (protocol === "udp" ? udpMbitPerS : undefined);
    const cap = target === undefined ? "" : ` at ${target} Mbit/s per stream`;
    const streams = `${parallel} ${parallel === 1 ? "stream" : "streams"}`;
    return `iperf3 ${protocol.toUpperCase()} goodput${cap}, ${streams}`;
  },
  traffic({ protocol, durationS, parallel, mbitPerS }) {
    const target = mbitPerS ?? (protocol === "udp" ? udpMbitPerS : undefined);
    const bitsPerS = target === undefined ? {} : { bitsPerS: target * 1e6 * parallel };
    return { seconds: durationS, ...bitsPerS };
  },
  processes({ options: chosen, client, server, port }) {
    const { protocol, durationS, parallel, mbitPerS } = chosen;
    const bitsPerS = mbitPerS === undefined ? {} : { bitsPerS: Math.round(mbitPerS * 1e6) };
    return [
      {
        id: "server",
        host: server.host,
        argv: iperf3ServerArgv({ port, bindAddress: server.address }),
        ready: { kind: "listening", protocol: "tcp", port },
        ends: "itself",
        deadlineMs: deadlineMs(durationS) + 30_000,
      },
      {
        id: "client",
        host: client.host,
        argv: iperf3ClientArgv({
          ...{ address: server.address, port, protocol, durationS, parallel },
          ...bitsPerS,
        }),
        after: ["server"],
        ends: "itself",
        deadlineMs: deadlineMs(durationS),
      },
    ];
  },
  window: ({ durationS }) => ({
    process: "client",
    window: iperf3Window({ address: "unused", durationS }),
  }),
  parser: { name: iperf3JsonParser.name, version: iperf3JsonParser.version },
  async parse(outputs) {
    const report = await iperf3JsonParser.parseLines(outputs.of("client").stdout.lines());
    const { received } = report;
    return {
      ...(received === undefined ? {} : { throughputGbps: received.bitsPerS / 1e9 }),
      report,
    };
  },
  check(context) {
    const { report } = context.result;
    if (report.received === undefined || report.received.bitsPerS <= 0) {
      return [invalid("flow.empty", "the server received nothing")];
    }
    return [
      ...lossFindings(report),
      ...stalledFindings(report),
      ...payloadFindings(context, report.received.bytes),
    ];
  },
  counterRules: [...tcpRules, ...udpRules],
  samples: ({ report }) => iperf3Samples(report),
  headline: () => "goodput",
});
