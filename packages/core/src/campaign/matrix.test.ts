import { expect, test } from "vitest";
import { combinationsOf, sizeOf } from "./matrix.js";

const entry = {
  experiment: "flow",
  options: { durationS: 1 },
  sweep: { bytes: [64, 1472], peer: ["a/b", "c d"] },
};

test("every combination of the values is a variant, named after them", () => {
  expect(combinationsOf(entry).map(({ id, options }) => ({ id, ...options }))).toEqual([
    { id: "flow.bytes-64.peer-a_b", durationS: 1, bytes: 64, peer: "a/b" },
    { id: "flow.bytes-64.peer-c_d", durationS: 1, bytes: 64, peer: "c d" },
    { id: "flow.bytes-1472.peer-a_b", durationS: 1, bytes: 1472, peer: "a/b" },
    { id: "flow.bytes-1472.peer-c_d", durationS: 1, bytes: 1472, peer: "c d" },
  ]);
  expect(sizeOf(entry)).toBe(4);
});

test("without a sweep there is one, under the id of the entry", () => {
  const single = { ...entry, id: "mine", sweep: {} };
  expect(combinationsOf(single)).toEqual([{ id: "mine", options: { durationS: 1 }, places: {} }]);
});
