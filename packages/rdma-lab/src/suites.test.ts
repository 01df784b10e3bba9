import { variantsNamed } from "@hoststack/core";
import { expect, test } from "vitest";
import { rdmaLab } from "./system.js";

const variants = async (suite: string) =>
  (await variantsNamed(rdmaLab, suite, {})).map(({ experiment, options, id }) => ({
    id,
    title: experiment.title(options),
    headline: experiment.headline(options),
    options,
  }));

test("every suite names experiments of the system with options they take", async () => {
  for (const name of Object.keys(rdmaLab.suites)) {
    const all = await variants(name);
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
  }
});

/** Options besides some that take more than one value. */
function differing(all: Awaited<ReturnType<typeof variants>>, but: readonly string[]): string[] {
  const names = new Set(all.flatMap(({ options }) => Object.keys(options)));
  const values = (name: string) => new Set(all.map(({ options }) => options[name]));
  return [...names].filter((name) => !but.includes(name) && values(name).size > 1);
}

test("sizes of one experiment are one line of a chart: same figure, nothing else differs", async () => {
  const all = await variants("message-sizes");
  expect(all).toHaveLength(12);
  expect(new Set(all.map(({ headline }) => headline))).toEqual(new Set(["goodput"]));
  expect(differing(all, ["messageBytes"])).toEqual([]);
});

test("the chart of exercise 4 has message rates over 1 to 4 processes at two sizes", async () => {
  const all = await variants("multi-core");
  expect(all.map(({ title }) => title)).toEqual(
    ["4 B", "64 KiB"].flatMap((size) =>
      [1, 2, 3, 4].map((count) => `${count} x ib_send_bw message rate, ${size}`),
    ),
  );
  expect(new Set(all.map(({ headline }) => headline))).toEqual(new Set(["messageRate"]));
  expect(differing(all, ["messageBytes", "processes"])).toEqual([]);
});

test("a low and a high clock are compared at 16 B, two-sided and one-sided", async () => {
  expect((await variants("slow-clock")).map(({ title }) => title)).toEqual([
    "ib_send_bw message rate, 16 B, governor powersave",
    "ib_send_bw message rate, 16 B, governor performance",
    "ib_write_bw message rate, 16 B, governor powersave",
    "ib_write_bw message rate, 16 B, governor performance",
  ]);
});
