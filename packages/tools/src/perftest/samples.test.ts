import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { perftestBandwidthParser } from "./bandwidth.js";
import { perftestLatencyParser } from "./latency.js";
import { perftestSamples } from "./samples.js";
import { perftestComplaints, workCompletionStatus } from "./words.js";

const fixture = (name: string) =>
  readFileSync(join(import.meta.dirname, `../../fixtures/perftest/${name}.txt`), "utf8");
const bandwidth = (name: string) => perftestBandwidthParser.parse(fixture(name));
const latency = (name: string) => perftestLatencyParser.parse(fixture(name));
const values = (samples: ReturnType<typeof perftestSamples>) =>
  Object.fromEntries(samples.map(({ metric, value }) => [metric, value]));

describe("perftest samples", () => {
  it("take the rate from the column that rounding hurts less", () => {
    expect(values(perftestSamples(bandwidth("send-bw-duration")))).toEqual({
      messageRate: 9.6,
      bandwidth: 629_145.6,
    });
    expect(values(perftestSamples(bandwidth("send-bw-small-rounded-to-zero")))).toEqual({
      messageRate: 398,
      bandwidth: 1592,
    });
  });

  it("hold CPU use as a share and the peak only where it was measured", () => {
    expect(values(perftestSamples(bandwidth("write-bw-cpu-util")))).toMatchObject({
      cpuUtilisation: 0.211,
    });
    expect(values(perftestSamples(bandwidth("send-bw-rdma-cm")))).toHaveProperty("peakBandwidth");
    expect(values(perftestSamples(bandwidth("send-bw-duration")))).not.toHaveProperty(
      "peakBandwidth",
    );
  });

  it("keep the tool's word for 2^20 bytes and say what it means", () => {
    const unit = (name: string) =>
      perftestSamples(bandwidth(name)).find(({ metric }) => metric === "bandwidth")?.asReported
        ?.unit;
    expect(unit("send-bw-duration")).toBe("MB/sec (2^20 bytes/s)");
    expect(unit("send-bw-mib-24.07")).toBe("MiB/sec");
    expect(unit("send-bw-gbits")).toBe("Gb/sec");
  });

  it("define a rate in the same words whatever its size, so that sizes can be compared", () => {
    const definitions = ["send-bw-small-rounded-to-zero", "send-bw-duration", "send-bw-gbits"]
      .flatMap((name) => perftestSamples(bandwidth(name)))
      .filter(({ metric }) => metric === "messageRate" || metric === "bandwidth")
      .map(({ definition }) => definition);
    expect(new Set(definitions).size).toBe(1);
  });

  it("never turn a missing rate into zero", () => {
    expect(perftestSamples(bandwidth("send-bw-rate-zero"))).toEqual([]);
    expect(perftestSamples(bandwidth("send-bw-columns-disagree"), { measuredS: 3 })).toEqual([]);
    expect(perftestSamples(latency("send-lat-duration-uncalibrated"))).toEqual([]);
  });

  it("recompute a missing rate from iterations and time", () => {
    const samples = perftestSamples(bandwidth("send-bw-rate-zero"), { measuredS: 2 });
    expect(values(samples)).toEqual({ messageRate: 14.5, bandwidth: 14.5 * 65_536 });
    expect(samples[0]?.definition).toContain("which perftest did not print");
    expect(samples[0]?.asReported).toEqual({ value: "0.000000", unit: "Mpps" });
  });

  it("name halved and whole round trips apart", () => {
    expect(values(perftestSamples(latency("write-lat")))).toMatchObject({
      "oneWayLatency.p50": 0.00064257,
      "oneWayLatency.p99.9": 0.02612192,
    });
    expect(values(perftestSamples(latency("read-lat")))).toHaveProperty("roundTripLatency.mean");
  });

  it("leave out an untrusted deviation and all cycles", () => {
    expect(values(perftestSamples(latency("send-lat-overflowed-stdev")))).not.toHaveProperty(
      "oneWayLatency.stdDev",
    );
    expect(perftestSamples(latency("read-lat-cycles"))).toEqual([]);
  });

  it("give the transaction rate of a duration run", () => {
    expect(values(perftestSamples(latency("send-lat-duration")))).toEqual({
      "oneWayLatency.mean": 0.01253726,
      transactionRate: 39.88,
    });
  });
});

describe("perftest's words", () => {
  it("spell out the status of a work completion", () => {
    expect(
      perftestComplaints(" Failed status 12: wr_id 0 syndrom 0x81\nscnt=128, ccnt=0\n"),
    ).toEqual([
      "Failed status 12: wr_id 0 syndrom 0x81 (IBV_WC_RETRY_EXC_ERR)",
      "scnt=128, ccnt=0",
    ]);
    expect(workCompletionStatus(2)).toBe("LOC_QP_OP_ERR");
    expect(workCompletionStatus(99)).toBeUndefined();
  });
});
