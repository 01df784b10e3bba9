import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { neperParser } from "./report.js";

const folder = new URL("../../fixtures/outputs/", import.meta.url);
const textOf = (name: string) => readFileSync(new URL(`${name}.stdout.txt`, folder), "utf8");
const names = readdirSync(folder).map((file) => file.replace(".stdout.txt", ""));

/** What a real output says: rates of both sides and complaints, or why it is refused. */
function verdict(name: string): string {
  try {
    const { results } = neperParser.parse(textOf(name));
    if (results === undefined) return "dry run";
    const { localPerS, remotePerS, invalid } = results;
    return [`${localPerS} ${remotePerS}`, ...invalid].join("; ");
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

test("every real output is read or refused as it was when it was looked at", () => {
  const expected: unknown = JSON.parse(
    readFileSync(new URL("../../fixtures/outputs.json", import.meta.url), "utf8"),
  );
  expect(Object.fromEntries(names.map((name) => [name, verdict(name)]))).toEqual(expected);
});

test("a server's stream: rate in bit/s beside the figure as printed, its CPU time, what took effect", () => {
  const report = neperParser.parse(textOf("master-tcp_stream-unitGb-server"));
  expect(report).toMatchObject({ version: "1.1.0", role: "server", wanted: { seconds: 2 } });
  expect(report.options["throughput_opt"]).toBe("Gb");
  expect(report.results).toMatchObject({
    localPerS: 6160272240,
    throughput: { value: "6.16", unit: "Gbit/s" },
    invalid: [],
  });
});

test("a client's latencies are in seconds; a server's zeros are none", () => {
  const { results } = neperParser.parse(textOf("master-tcp_rr-pct-samples-client"));
  expect(results?.latency).toEqual({
    ...{ minS: 0.000005876, maxS: 0.008262313, meanS: 0.00003951, stddevS: 0.000115686 },
    percentiles: [
      { percentile: 50, seconds: 0.00002879 },
      { percentile: 90, seconds: 0.00007167 },
      { percentile: 99, seconds: 0.00011775 },
      { percentile: 99.9, seconds: 0.00149503 },
    ],
  });
  expect(results?.transactions).toBe(290441);
  const server = neperParser.parse(textOf("master-tcp_rr-pct-samples-server"));
  expect(server.results?.latency).toBeUndefined();
});

test("sides that waited for each other made no transaction: nan and 2^64 are no figures", () => {
  const { results } = neperParser.parse(textOf("master-tcp_rr-mismatched-QR-client"));
  expect(results).toMatchObject({ localPerS: 0, remotePerS: 42 });
  for (const key of ["measuredS", "latency", "correlation"])
    expect(results).not.toHaveProperty(key);
  expect(results?.invalid).toEqual(["not one transaction was made", "its throughput is 0"]);
});

test("intervals are what the client carried, in bit/s", () => {
  const { intervals } = neperParser.parse(textOf("master-tcp_rr-iostat-client"));
  expect(intervals).toHaveLength(2);
  expect(intervals[0]).toMatchObject({
    atS: expect.any(Number),
    sent: { operations: expect.any(Number) },
  });
});

describe("texts that are no outputs of one whole run", () => {
  const whole = textOf("master-tcp_stream-default-server");
  const changed = (from: string | RegExp, to: string) => whole.replace(from, to);
  test.each([
    [
      "cut in its results",
      whole.slice(0, whole.indexOf("num_samples")),
      "ended within its results",
    ],
    ["cut before them", whole.slice(0, whole.indexOf("invalid_secret")), "ended without results"],
    ["two of them", whole + whole, '"VERSION" is there twice'],
    ["another tool", "iperf 3.12\n", "there is no VERSION"],
    ["nothing", "", "there is no VERSION"],
    ["a decimal comma", changed(/throughput=(\d+)\./, "throughput=$1,"), "LC_ALL=C"],
    ["a line missing", changed(/stime_end=.*\n/, ""), 'there is no "stime_end"'],
    ["an interval cut", `${whole}t=0.500      TX:  21790 ops,  3570`, "is no whole interval"],
  ])("%s", (_, text, message) => {
    expect(() => neperParser.parse(text)).toThrow(message);
  });

  test("a unit that is another one than it seems is told", () => {
    const wrong = neperParser.parse(changed("throughput_units=Mbit/s", "throughput_units=MB/s"));
    expect(wrong.results?.invalid[0]).toMatch(/is not the local_throughput of/);
    const unknown = neperParser.parse(changed("throughput_units=Mbit/s", "throughput_units=Mx"));
    expect(unknown.results?.invalid).toEqual(['its unit "Mx" is not known']);
  });
});
