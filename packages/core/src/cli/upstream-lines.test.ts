import { expect, test } from "vitest";
import type { AnyExperiment } from "../experiment/experiment.js";
import type { RunRecord } from "../result/record.js";
import type { System } from "../system/system.js";
import { checkUpstreamLines, upstreamLines } from "./upstream-lines.js";

const stream = {
  name: "stream",
  upstreamLines: (
    { result }: { readonly result?: unknown },
    links: readonly { readonly name: string }[],
  ) => links.map(({ name }) => `${name}: ${result}`),
} as unknown as AnyExperiment;
const other = { name: "other" } as unknown as AnyExperiment;

test("lines of all trials, in their order, of experiments that have some", () => {
  const system = { experiments: { stream, other } } as unknown as System;
  const record = {
    variants: [
      { id: "one", experiment: "stream" },
      { id: "two", experiment: "other" },
    ],
    trials: [
      { variant: "one", result: 5 },
      { variant: "two", result: 6 },
      { variant: "one", result: 7 },
    ],
    testbed: { links: [{ name: "data" }] },
  } as unknown as RunRecord;
  expect(upstreamLines(system, record)).toEqual(["data: 5", "data: 7"]);
});

test("an experiment without them is refused before anything runs", () => {
  expect(() => checkUpstreamLines([{ experiment: stream }])).not.toThrow();
  expect(() => checkUpstreamLines([{ experiment: stream }, { experiment: other }])).toThrow(
    expect.objectContaining({
      code: "OPTIONS_INVALID",
      message: "--upstream-lines: other stands for no script that prints its figures",
    }),
  );
});
