import { defineExperiment, tcpRules, udpRules } from "@hoststack/core";
import {
  iperf3ClientArgv,
  iperf3JsonParser,
  iperf3Samples,
  iperf3ServerArgv,
  iperf3Window,
} from "@hoststack/tools";
import { z } from "zod";
import { deadlineMs } from "../deadline.js";

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

/** Goodput of a bulk transfer over kernel sockets. */
export const iperf3 = defineExperiment({
  name: "iperf3",
  summary: "bulk transfer over kernel sockets",
  options,
  needs: [],
  tools: [{ program: "iperf3", debianPackage: "iperf3" }],
  title: ({ protocol, parallel }) =>
    `iperf3 ${protocol.toUpperCase()} goodput, ${parallel} ${parallel === 1 ? "stream" : "streams"}`,
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
  check({ result: { throughputGbps, report } }) {
    if (throughputGbps === undefined || throughputGbps <= 0) {
      return [{ state: "invalid", rule: "flow.empty", text: "the server received nothing" }];
    }
    const { datagrams } = report;
    if (datagrams === undefined || datagrams.lost <= 0.001 * datagrams.total) return [];
    const text = `${datagrams.lost} of ${datagrams.total} datagrams were lost (threshold 0.001)`;
    return [{ state: "suspect", rule: "udp.loss", text }];
  },
  counterRules: [...tcpRules, ...udpRules],
  samples: ({ report }) => iperf3Samples(report),
  headline: () => "goodput",
});
