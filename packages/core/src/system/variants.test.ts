import { expect, test } from "vitest";
import { z } from "zod";
import type { AnyExperiment } from "../experiment/experiment.js";
import { defineSystem } from "./system.js";
import { experimentNamed, variantsNamed } from "./variants.js";

const options = z.strictObject({ durationS: z.int().min(1).default(4) });
const system = defineSystem({
  ...{ name: "lab", version: "1.0.0", summary: "a lab" },
  experiments: { stream: { name: "stream", options } as unknown as AnyExperiment },
  suites: {
    quick: {
      summary: "all of it",
      variants: [{ id: "short", experiment: "stream", options: { durationS: 1 } }],
    },
  },
  guest: () => {
    throw new Error("not of this test");
  },
});

test("an experiment gets its defaults, a suite its own options", async () => {
  const { stream } = system.experiments;
  expect(await variantsNamed(system, "stream", {})).toEqual([
    { id: "stream", experiment: stream, options: { durationS: 4 } },
  ]);
  expect(await variantsNamed(system, "quick", {})).toEqual([
    { id: "short", experiment: stream, options: { durationS: 1 } },
  ]);
});

test.each([
  ["straem", 'did you mean "stream"? it has stream, quick'],
  ["toString", "it has stream, quick"],
])("the unknown name %s is EXPERIMENT_UNKNOWN with what there is", (name, remedy) => {
  expect(() => experimentNamed(system, name)).toThrow(
    expect.objectContaining({ code: "EXPERIMENT_UNKNOWN", remedy, details: { name } }),
  );
});

test("options of a suite are fixed, and a wrong value names its option", async () => {
  await expect(variantsNamed(system, "quick", { durationS: 2 })).rejects.toMatchObject({
    code: "OPTIONS_INVALID",
    details: { field: "durationS" },
  });
  await expect(variantsNamed(system, "stream", { durationS: 0 })).rejects.toMatchObject({
    code: "OPTIONS_INVALID",
    details: { experiment: "stream", field: "durationS" },
  });
});
