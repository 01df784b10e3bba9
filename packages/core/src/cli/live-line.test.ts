import { expect, test } from "vitest";
import { durationText, type LiveState, liveLine } from "./live-line.js";

const state: LiveState = {
  text: "2/6 sockperf UDP one-way latency, 16-byte messages, repetition 1 of 3",
  sinceMs: 9_000,
  startMs: 1_000,
  leftMs: 30_000,
};

test("the line tells what goes on, for how long, and how long the rest takes", () => {
  expect(liveLine(state, 11_000, 120)).toBe(`${state.text} (2 s, 10 s in all, about 30 s left)`);
  expect(liveLine({ ...state, leftMs: undefined }, 11_000, 120)).toBe(
    `${state.text} (2 s, 10 s in all)`,
  );
});

test("a narrow terminal keeps the times and cuts the text", () => {
  expect(liveLine(state, 11_000, 60)).toBe(
    "2/6 sockperf UDP one-way latency… (10 s, about 30 s left)",
  );
});

test.each([
  [
    120,
    "2/6 sockperf UDP one-way latency, 16-byte messages, repetition 1 of… (9.42 Gbit/s, 2 s, 10 s in all, about 30 s left)",
  ],
  [80, "2/6 sockperf UDP one-way latency, 16-by… (9.42 Gbit/s, 10 s, about 30 s left)"],
  [60, "2/6 sockperf UDP one-way latenc… (9.42 Gbit/s, 30 s left)"],
  [40, "2/6 sockper… (9.42 Gbit/s, 30 s left)"],
  [30, "2/6 sockperf U… (30 s left)"],
])("the rate is told as long as there is room: %i columns", (columns, line) => {
  expect(liveLine({ ...state, rate: "9.42 Gbit/s" }, 11_000, columns)).toBe(line);
});

test.each([1, 5, 20, 40, 60, 80, 120])(
  "of %i columns three stay free, for an echoed ^C",
  (columns) => {
    expect(liveLine(state, 11_000, columns).length).toBeLessThanOrEqual(Math.max(0, columns - 3));
  },
);

test.each([
  [400, "0 s"],
  [59_400, "59 s"],
  [59_600, "1 min 00 s"],
  [187_000, "3 min 07 s"],
  [7_500_000, "2 h 05 min"],
])("%i ms is %s", (ms, text) => {
  expect(durationText(ms)).toBe(text);
});
