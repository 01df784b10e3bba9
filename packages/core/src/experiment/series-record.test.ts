import { expect, test } from "vitest";
import type { AnyExperiment } from "./experiment.js";
import { describeVariants } from "./series-record.js";
import type { Variant } from "./variant.js";

const experiment = {
  name: "flow",
  title: ({ bytes }: { bytes: number }) => `flow, ${bytes} B`,
  headline: () => "goodput",
} as unknown as AnyExperiment;

const titles = (options: readonly Variant["options"][]) =>
  describeVariants(
    options.map((one, index) => ({ id: `v${index}`, experiment, options: one })),
  ).map(({ title }) => title);

test("titles that tell variants apart stay as experiments word them", () => {
  expect(titles([{ bytes: 64 }, { bytes: 128 }])).toEqual(["flow, 64 B", "flow, 128 B"]);
});

test("where they do not, what differs is added", () => {
  const same = { bytes: 64, protocol: "tcp" };
  expect(
    titles([
      { ...same, durationS: 1 },
      { ...same, durationS: 2 },
      { ...same, bytes: 128, durationS: 1 },
    ]),
  ).toEqual(["flow, 64 B, durationS 1", "flow, 64 B, durationS 2", "flow, 128 B"]);
});
