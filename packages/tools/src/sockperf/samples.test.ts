import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { sockperfLatencyParser } from "./latency.js";
import {
  sockperfLatencySamples,
  sockperfServerSamples,
  sockperfThroughputSamples,
} from "./samples.js";
import { sockperfServerParser } from "./server.js";
import { sockperfThroughputParser } from "./throughput.js";

const fixture = (name: string) =>
  readFileSync(join(import.meta.dirname, `../../fixtures/sockperf/${name}.txt`), "utf8");

describe("sockperf samples", () => {
  it("count MBps as 2^20 bytes and keep the tool's figure", () => {
    const samples = sockperfThroughputSamples(
      sockperfThroughputParser.parse(fixture("throughput-tcp")),
    );
    expect(samples.map(({ metric, value, unit }) => [metric, value, unit])).toEqual([
      ["messageRate", 2505, "count/s"],
      ["sentRate", 3.517 * 2 ** 20, "bytes/s"],
    ]);
    expect(samples[1]?.asReported).toEqual({
      value: "3.517",
      unit: "MBps (2^20 bytes/s)",
    });
  });

  it("are not a thousand times too large with nine decimals", () => {
    const samples = sockperfThroughputSamples(
      sockperfThroughputParser.parse(fixture("throughput-nine-decimals")),
    );
    const [rate, sent] = samples.map(({ value }) => value);
    expect((sent ?? 0) / (rate ?? 1)).toBeCloseTo(1472, 3);
  });

  it("call half a round trip one-way latency and a whole one round trip", () => {
    const half = sockperfLatencySamples(sockperfLatencyParser.parse(fixture("ping-pong-tcp")));
    expect(half[0]).toEqual({
      metric: "oneWayLatency.mean",
      value: 0.004557152,
      unit: "s",
      asReported: { value: "4557.152", unit: "usec" },
      definition: "RTT/2",
      better: "lower",
    });
    expect(half.map(({ metric }) => metric)).toContain("oneWayLatency.p99.9");
    const whole = sockperfLatencySamples(
      sockperfLatencyParser.parse(fixture("ping-pong-full-rtt")),
    );
    expect(whole[0]).toMatchObject({ metric: "roundTripLatency.mean", definition: "round trip" });
  });

  it("give the server's side of a UDP loss", () => {
    expect(sockperfServerSamples(sockperfServerParser.parse(fixture("server")))).toMatchObject([
      { metric: "messagesReceived", value: 8767 },
    ]);
  });
});
