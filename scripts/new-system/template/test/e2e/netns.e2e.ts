import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openTestbed, runExperiment } from "@hoststack/core";
import { expect, test } from "vitest";
import { roundTrip } from "../../src/index.js";

test("round trips between two namespaces", async () => {
  const place = await mkdtemp(join(tmpdir(), "hoststack-test-"));
  try {
    await using testbed = await openTestbed({ kind: "netns", hosts: ["client", "server"] });
    const context = { testbed, directory: join(place, "run") };
    const trial = await runExperiment(roundTrip, { durationS: 2 }, context);
    expect(trial.result.received).toBeGreaterThanOrEqual(8);
    expect(trial.window).toMatchObject({ durationS: expect.closeTo(2, 0) });
  } finally {
    await rm(place, { recursive: true, force: true });
  }
});
