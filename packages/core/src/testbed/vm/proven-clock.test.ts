import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { keepRate, provenRate } from "./proven-clock.js";

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "hoststack-clock-"));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const file = () => join(directory, "clock.json");
const change = async (more: object) => {
  const kept = JSON.parse(await readFile(file(), "utf8"));
  await writeFile(file(), JSON.stringify({ ...kept, ...more }));
};

// there are boot ids on Linux only, as there are guests
describe.skipIf(process.platform !== "linux")("a snapshot's clock rate", () => {
  const steady = { rate: 1.0002, uncertainty: 0.003 };

  test("is unknown before it was measured", async () => {
    expect(await provenRate(directory)).toBeUndefined();
  });

  test("holds as it was measured", async () => {
    await keepRate(directory, steady);
    expect(await provenRate(directory)).toEqual(steady);
  });

  test.each([
    ["another boot of this computer", { bootId: "00000000-0000-4000-8000-000000000000" }],
    ["an unsteady clock", { rate: 1.02 }],
    ["an unclear one", { uncertainty: 0.02 }],
    ["something else in the file", { rate: "1" }],
  ])("does not hold with %s", async (_, more) => {
    await keepRate(directory, steady);
    await change(more);
    expect(await provenRate(directory)).toBeUndefined();
  });
});
