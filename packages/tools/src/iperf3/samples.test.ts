import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { iperf3JsonParser } from "./json.js";
import { iperf3Samples } from "./samples.js";

function samples(name: string): Record<string, number> {
  const path = join(import.meta.dirname, `../../fixtures/iperf3/${name}.txt`);
  const result = iperf3JsonParser.parse(readFileSync(path, "utf8"));
  return Object.fromEntries(iperf3Samples(result).map(({ metric, value }) => [metric, value]));
}

describe("iperf3 samples", () => {
  it("tell what arrived from what was sent", () => {
    const { goodput = 0, sentRate = 0, ...rest } = samples("tcp");
    expect(goodput).toBeCloseTo(27_636_166.38, 1);
    expect(sentRate).toBeCloseTo(30_033_348.12, 1);
    expect(rest["retransmits"]).toBe(0);
    expect(rest["cpuUtilisation"]).toBeCloseTo(0.0835, 4);
  });

  it("hold loss and jitter of UDP", () => {
    const found = samples("udp-with-loss");
    expect(found["lossRatio"]).toBe(459 / 4827);
    expect(found["jitter"]).toBeCloseTo(0.006697, 6);
  });

  it("leave out what a server does not know", () => {
    expect(samples("tcp-server")).not.toHaveProperty("sentRate");
  });

  it("hold both directions of a bidirectional test", () => {
    expect(samples("tcp-bidirectional")).toHaveProperty("reverseGoodput");
  });
});
