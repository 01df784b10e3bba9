import { describe, expect, test } from "vitest";
import { fixture } from "../../test/support/fixture.js";
import {
  parseLatencyFile,
  parseOneSidedFile,
  parseSentFile,
  publishedLatency,
} from "./latency-files.js";
import { latencyFindings, silentFindings } from "./latency-findings.js";

const rules = (text: string) => latencyFindings(parseLatencyFile(text)).map(({ rule }) => rule);

describe("files of one-sided runs", () => {
  test("have microseconds and messages per microsecond", () => {
    expect(parseOneSidedFile(fixture("netperf-dcpim.txt"))).toEqual({
      ...{ pid: 88, meanUs: 45_210.8, p99Us: 99_999, p999Us: 99_999, messagesPerS: 1333 },
    });
    expect(parseLatencyFile(fixture("latency-tcp.txt"))).toEqual({
      ...{ meanUs: 99_999, p99Us: 99_999, p999Us: 99_999 },
    });
  });

  test("may have a number with an exponent", () => {
    const { messagesPerS } = parseOneSidedFile(fixture("netperf-tcp-connections.txt"));
    expect(messagesPerS).toBeCloseTo(14.2959, 6);
  });

  test("of clients name a port, or none with a connection per message", () => {
    expect(parseSentFile(fixture("netperf-thpt-dcpim.txt"))).toEqual({
      ...{ pid: 78, port: 10_000, messagesPerS: 1333.46 },
    });
    expect(parseSentFile(fixture("netperf-thpt-connections.txt"))).toEqual({
      ...{ pid: 104, messagesPerS: 14.2611 },
    });
  });

  test.each([
    ["", /the file is empty: the program was killed/],
    ["88 45210.8 99999 99999 0.0013", /the line has no end: the file is cut/],
    ["88 45210.8 99999 99999\n", /4 words where there should be 5/],
    ["88 45210,8 99999 99999 0,001333\n", /"45210,8" is no number as the program prints it/],
    ["1 2 3 4 5\n1 2 3 4 5\n", /more than one line/],
  ])("%j is refused", (text, message) => {
    expect(() => parseOneSidedFile(text)).toThrow(message);
  });

  test("give upstream's four numbers where these are asked for", () => {
    const latency = parseLatencyFile(fixture("latency-dcpim.txt"));
    const threads = [parseOneSidedFile(fixture("netperf-dcpim.txt"))];
    expect(publishedLatency(latency, threads)).toEqual([45_210.8, 99_999, 99_999, 0.001_333]);
  });
});

describe("a one-sided latency", () => {
  test("in the last bin is saturated, by name", () => {
    expect(rules(fixture("latency-dcpim.txt"))).toEqual(["latency.saturated"]);
    const [finding] = latencyFindings(parseLatencyFile(fixture("latency-dcpim.txt")));
    expect(finding).toMatchObject({
      state: "invalid",
      text: expect.stringMatching(/^p99, p99.9 is/),
    });
  });

  test("of 0 us was negative, by name", () => {
    expect(rules("0 0 0\n")).toEqual(["latency.negative"]);
    expect(rules("0.2 1 120\n")).toEqual(["latency.negative"]);
    // a clock that runs away crosses both ends
    expect(rules("30000 0 99999\n")).toEqual(["latency.negative", "latency.saturated"]);
  });

  test("of no message is none, by name", () => {
    expect(rules("-nan 0 0\n")).toEqual(["latency.none"]);
  });

  test("between the ends is one", () => {
    expect(rules("12.5 31 87\n")).toEqual([]);
  });

  test("of a thread that received nothing is told with the flow", () => {
    const thread = parseOneSidedFile(fixture("netperf-dcpim.txt"));
    expect(silentFindings([thread, { ...thread, messagesPerS: 0 }])).toEqual([
      { state: "invalid", rule: "flow.empty", text: "nothing arrived of flow 1" },
    ]);
    expect(silentFindings([thread])).toEqual([]);
  });
});
