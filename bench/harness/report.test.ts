import { expect, test } from "vitest";
import type { Compared } from "./compare.js";
import { withOutcomes } from "./document.js";
import { type Outcome, passed, rowsOf } from "./report.js";

const compared: Compared = {
  name: "ours : peer",
  pairs: 7,
  ratio: { median: 0.2, lowerQuartile: 0.125, upperQuartile: 0.3 },
  cpuRatio: 0.5,
  oursMs: 1,
  peerMs: 5,
  atMost: 0.25,
  passed: true,
};

const outcome = (id: string, one: Compared): Outcome => ({
  bench: { id, title: "A title", terms: "Fair.", open: () => Promise.reject(new Error("unused")) },
  realTime: true,
  compared: [one],
  measured: [{ name: "trips", unit: "round trips", value: 2, atMost: 2, passed: true }],
  skipped: [{ name: "other", reason: "no such thing here" }],
  load: ["0.1", "0.2"],
});

test("shows the figure with its spread, bar and verdict", () => {
  expect(rowsOf(outcome("B9", compared))).toEqual([
    ["B9", "ours : peer", "0.2x", "0.125 to 0.3, 7 pairs", "0.5x", "<= 0.25x (4x faster)", "pass"],
    ["B9", "trips", "2 round trips", "", "", "<= 2 round trips", "pass"],
    ["B9", "other", "", "", "", "", "skipped: no such thing here"],
  ]);
});

test("judges only what has a bar", () => {
  const { atMost: _, ...reported } = compared;
  expect(rowsOf(outcome("B9", reported))[0]?.slice(5)).toEqual(["", ""]);
  expect(passed(outcome("B9", compared))).toBe(true);
  const missed = outcome("B9", { ...compared, passed: false });
  expect(rowsOf(missed)[0]?.at(-1)).toBe("MISS");
  expect(passed(missed)).toBe(false);
});

test("keeps the rows of benches that did not run, in the order of ids", () => {
  const empty = "before\n<!-- bench:begin -->\n<!-- bench:end -->\nafter\n";
  const both = withOutcomes(empty, [outcome("B12", compared), outcome("B2", compared)]);
  const again = withOutcomes(both, [outcome("B2", { ...compared, name: "new" })]);
  const names = again.split("\n").flatMap((row) => /^\| (B\d+) \| (\w+)/.exec(row)?.slice(1) ?? []);
  expect(names).toEqual([
    "B2",
    "new",
    "B2",
    "trips",
    "B2",
    "other",
    "B12",
    "ours",
    "B12",
    "trips",
    "B12",
    "other",
  ]);
  expect(again).toContain(
    "- **B12** A title. Fair. Both sides with real-time priority. Load average 0.1 to 0.2.",
  );
  expect(again.startsWith("before\n") && again.endsWith("\nafter\n")).toBe(true);
});

test("writes into no document without its markers", () => {
  expect(() => withOutcomes("none", [])).toThrow("markers");
});
