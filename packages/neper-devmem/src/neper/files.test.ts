import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { complaintsIn, neperLogParser } from "./log.js";
import { multiNeperParser, nicThroughputLines } from "./multi-neper.js";
import { neperRttParser } from "./rtt-file.js";
import { neperSamplesParser } from "./samples-file.js";

const textOf = (name: string) =>
  readFileSync(new URL(`../../fixtures/files/${name}`, import.meta.url), "utf8");

test("rates of samples are of each flow, and together what the run reported", () => {
  const { counts, flows } = neperSamplesParser.parse(textOf("samples-stream.csv"));
  expect(counts).toBe("bytes");
  expect(flows.map(({ thread, flow }) => `${thread}.${flow}`).sort()).toHaveLength(4);
  const sum = flows.reduce((total, { perS = 0 }) => total + 8 * perS, 0);
  // the run's own figure; flows begin and end some milliseconds apart
  expect(sum / 4557069629).toBeCloseTo(1, 1);
  const [first] = flows;
  expect(first?.intervals.every(({ perS }) => perS < 1e9)).toBe(true);
});

test("transactions are told from bytes; a row that was cut, and one that goes down, are refused", () => {
  const text = textOf("samples-rr.csv");
  const { counts, flows } = neperSamplesParser.parse(text);
  expect(counts).toBe("transactions");
  expect(flows).toHaveLength(4);
  expect(() => neperSamplesParser.parse(text.slice(0, -20))).toThrow("columns");
  const rows = "tid,flow_id,time,bytes_read,bytes_read/s\n0,0,1.0,9,0.00\n0,0,2.0,3,0.00\n";
  expect(() => neperSamplesParser.parse(rows)).toThrow("goes down");
  expect(() => neperSamplesParser.parse("a,b\n1,2\n")).toThrow("not those of samples");
});

test.each(["rtt.csv", "rtt.txt"])("round trips of %s, one before the begin", (name) => {
  const rows = neperRttParser.parse(textOf(name));
  expect(rows).toHaveLength(6);
  expect(rows[0]).toMatchObject({ thread: 0, flow: 0 });
  expect(rows[0]?.atS).toBeLessThan(0);
  expect(rows[1]?.seconds).toBeCloseTo(0.000016, 5);
  expect(() => neperRttParser.parse(textOf(name).trimEnd().slice(0, -15))).toThrow("cut");
  expect(() => neperRttParser.parse("")).toThrow("not one line");
});

test("a log tells what was complained about, also by a program that ended with status 0", () => {
  const entries = neperLogParser.parse(textOf("congestion-control-unknown.log"));
  expect(complaintsIn(entries)).toEqual(["setsockopt(TCP_CONGESTION): No such file or directory"]);
  const [fatal] = neperLogParser.parse(textOf("fewer-flows-than-threads.log"));
  expect(fatal).toEqual({
    ...{ level: "fatal", monthDay: "1120", time: "15:05:40.882225", thread: 29311 },
    ...{ place: "check_all_options.c:32", function: "check_options_common" },
    message: "There should not be fewer flows than threads.",
  });
});

test("lines of multi_neper.py, and the same lines made of figures", () => {
  const text = textOf("multi-neper.txt");
  const rates = multiNeperParser.parse(text);
  expect(rates).toEqual([
    { device: "eth1", mbitPerS: 2322.82 },
    { device: "eth2", mbitPerS: 2403.11 },
  ]);
  expect(`${nicThroughputLines(rates).join("\n")}\n`).toBe(text);
  const dead = multiNeperParser.parse(textOf("multi-neper-na.txt"));
  expect(dead.map(({ mbitPerS }) => mbitPerS)).toEqual([null, null]);
  expect(nicThroughputLines(dead).join("\n")).toBe(textOf("multi-neper-na.txt").trimEnd());
  expect(() => multiNeperParser.parse("KeyError: 'ens6f0'\n")).toThrow("the tool says: KeyError");
});
