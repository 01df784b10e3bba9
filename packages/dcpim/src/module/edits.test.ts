import { expect, test } from "vitest";
import { stockKernelEdits } from "./edits.js";
import { knobDefines, publishedKnobs } from "./knobs.js";

const replacements = Object.values(stockKernelEdits)
  .flat()
  .map(({ replacement }) => replacement)
  .join("\n");

test("every macro the edits write into the sources is defined by the knobs, and no other", () => {
  const used = new Set(replacements.match(/\bDCPIM_[A-Z_]+\b/g));
  expect([...used].sort()).toEqual(Object.keys(knobDefines(publishedKnobs)).sort());
});
