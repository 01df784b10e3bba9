import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RunRecord } from "@hoststack/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { main } from "../../src/main.js";
import { mirror, noMirror } from "../support/mirror.js";

const copy = mirror();

let place: string;
beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), "hoststack-test-"));
});
afterAll(async () => {
  await rm(place, { recursive: true, force: true });
});

/** A busy machine makes a trial suspect (5), which is no matter here. */
const measured = [0, 5];

async function run(name: string, ...argv: string[]): Promise<RunRecord> {
  const out = join(place, name);
  const code = await main(["run", ...argv, "--testbed", "vm", "--repeat", "1", "--out", out]);
  const record = JSON.parse(await readFile(join(out, "run.json"), "utf8")) as RunRecord;
  expect(measured, JSON.stringify(record.trials.map(({ verdict }) => verdict))).toContain(code);
  return record;
}

describe.skipIf(copy === undefined)(
  copy === undefined ? noMirror : "upstream in two guests",
  () => {
    test("upstream's module and programs are built for the guests, with all edits", async () => {
      expect(await main(["build", "--testbed", "vm", "--mirror", copy ?? ""])).toBe(0);
    }, 600_000);

    test("long flows and iperf3 carry data over dcPIM and TCP, and the module goes without a complaint", async () => {
      const { trials } = await run("pair", "quickstart");
      expect(trials.map(({ variant }) => variant)).toEqual([
        ...["dcpim-long", "tcp-long", "dcpim-iperf3", "tcp-iperf3"],
      ]);
      for (const { samples, verdict } of trials) {
        const [goodput] = samples;
        expect(goodput).toMatchObject({ metric: "goodput", unit: "bit/s" });
        expect(goodput?.value).toBeGreaterThan(1e6);
        expect(verdict.reasons.filter(({ state }) => state === "invalid")).toEqual([]);
      }
    }, 600_000);
  },
);
