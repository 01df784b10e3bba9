import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fixture } from "../../test/support/fixture.js";
import { publishedIperf3Number, publishedServerGbps } from "./published.js";
import { bytesReceived, serverLogParser, steadyFlows, steadyThroughput } from "./server-log.js";

const read = (name: string) => serverLogParser.parse(fixture(name));
const phases = (name: string) => {
  const counts: Record<string, number> = {};
  for (const { phase } of read(name).intervals) counts[phase] = (counts[phase] ?? 0) + 1;
  return counts;
};
const figure = (bytes: number) =>
  `Throughput: ${((bytes * 8) / 1e9).toFixed(2)} Gbps, bytes: ${bytes}.000000, time: 1.000000`;

describe("the log of a server", () => {
  test("tells which intervals lie wholly within the connection", () => {
    expect(phases("server-guest-times.txt")).toEqual({
      ...{ before: 2, first: 1, full: 14, last: 1, after: 28 },
    });
  });

  test("counts a log that ends within a line as cut, and takes no figure from that line", () => {
    const log = read("server-long-cut.txt");
    expect(log).toMatchObject({ cut: true, connections: 1, ended: 1, complaints: [] });
    expect(read("server-guest-times.txt").cut).toBe(false);
    expect(log.intervals.at(-1)?.durationS).toBe(1.005839);
  });

  test("has no full interval where the connection ended as soon as it was made", () => {
    const log = read("server-of-three-10002.txt");
    expect(log).toMatchObject({ connections: 1, ended: 1 });
    expect(steadyThroughput(log)).toBeUndefined();
    expect(bytesReceived(log)).toBe(0);
  });

  test("reads lines that end as a terminal's", () => {
    const text = fixture("server-guest-times.txt");
    expect(serverLogParser.parse(text.replaceAll("\n", "\r\n"))).toEqual(
      serverLogParser.parse(text),
    );
  });

  test("keeps what the program complained about, though it printed no figure", () => {
    const text = "Couldn't open server socket: Protocol not supported\n";
    expect(serverLogParser.parse(text)).toMatchObject({
      complaints: ["Couldn't open server socket: Protocol not supported"],
      intervals: [],
    });
  });

  test.each(["", "iperf3: error - unable to connect\n"])("is not %j", (text) => {
    expect(() => serverLogParser.parse(text)).toThrow(/dcpim-server-log: there is no line/);
  });

  test("of several connections is full while all of them are there", () => {
    const start = ["Thread is running on CPU 0", "port number 4000", "start connection"];
    const lines = [figure(0), ...start, figure(10), figure(20), ...start, figure(30), figure(40)];
    const text = [...lines, `done!${figure(50)}`, figure(60), `done!${figure(70)}`, ""].join("\n");
    const log = serverLogParser.parse(text);
    expect(log.intervals.map(({ phase }) => phase)).toEqual([
      ...["before", "first", "first", "first", "full", "last", "after", "after"],
    ]);
    expect(log).toMatchObject({ connections: 2, ended: 2 });
  });

  test("sees a connection end also where nothing was printed after it", () => {
    const lines = [figure(0), "start connection", figure(10), figure(20), "done!"];
    const log = serverLogParser.parse(lines.join("\n"));
    expect(log).toMatchObject({ ended: 1, cut: false });
  });

  test("that is cut anywhere gives no figure the whole one does not have", () => {
    const text = fixture("server-stock-kernel.txt");
    const whole = new Set(read("server-stock-kernel.txt").intervals.map(({ bytes }) => bytes));
    fc.assert(
      fc.property(fc.integer({ min: 80, max: text.length }), (end) => {
        const { intervals } = serverLogParser.parse(text.slice(0, end));
        expect(
          intervals.filter(({ bytes, durationS }) => !whole.has(bytes) || durationS < 1),
        ).toEqual([]);
      }),
    );
  });
});

describe("the throughput of a server", () => {
  test("is bytes over time of the full intervals, not a mean of rounded figures", () => {
    const steady = steadyThroughput(read("server-guest-times.txt"));
    expect(steady?.seconds).toBeCloseTo(14.023587, 6);
    expect(steady?.bitsPerS).toBeCloseTo(540_414_201.3, 1);
  });

  test("is upstream's own where that is asked for", () => {
    expect(publishedServerGbps(read("server-guest-times.txt"))).toBe(0.510_666_666_666_666_7);
    expect(publishedServerGbps(read("server-long-cut.txt"))).toBeCloseTo(0.0718, 4);
    expect(publishedServerGbps(read("server-of-three-10002.txt"))).toBeUndefined();
  });

  test("of iperf3 is upstream's number without its unit: 61.8 of Mbit/s", () => {
    expect(publishedIperf3Number(fixture("iperf3-dcpim-server.txt"))).toBe(61.8);
    expect(publishedIperf3Number("nothing of the kind")).toBeUndefined();
  });
});

describe("bytes by connection", () => {
  const second = (first: string, ...flows: string[]) =>
    [`${first}Throughput: 0.01 Gbps, bytes: 1000.000000, time: 1.000000`, ...flows, ""].join("\n");
  const text = [
    "start connection\nstart connection\n",
    second("", "flow from port 10001: 1 bytes", "flow from port 10000: 2 bytes"),
    second("", "flow from port 10001: 300 bytes", "flow from port 10000: 700 bytes"),
    second("", "flow from port 10001: 0 bytes", "done!flow from port 10000: 1000 bytes"),
    second("done!", "flow from port 10001: 9 bytes"),
  ].join("");

  test("are those of the seconds in which all were there, also behind a word without an end of line", () => {
    const log = serverLogParser.parse(text);
    expect([...steadyFlows(log)].sort()).toEqual([
      [10_000, 1700],
      [10_001, 300],
    ]);
    expect(log).toMatchObject({ connections: 2, ended: 2, cut: false });
  });

  test("that are cut are told as cut, and no other number", () => {
    const log = serverLogParser.parse(text.slice(0, text.indexOf("00 bytes\ndone!") - 3));
    expect(log.cut).toBe(true);
  });

  test("are none in a log of upstream's own server", () => {
    expect(steadyFlows(serverLogParser.parse(fixture("server-guest-times.txt"))).size).toBe(0);
  });
});
