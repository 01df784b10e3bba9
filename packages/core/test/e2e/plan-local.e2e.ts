import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { openLocalTransport } from "../../src/host/local.js";
import { openHost } from "../../src/host/open-host.js";
import { applyPlan } from "../../src/plan/apply-plan.js";
import { formatPlan } from "../../src/plan/format-plan.js";
import { makePlan } from "../../src/plan/plan.js";
import { restore } from "../../src/plan/restore.js";
import { toyFile } from "../support/plan-steps.js";

let directory = "";
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "hoststack plan-"));
  vi.stubEnv("HOSTSTACK_STATE_DIRECTORY", join(directory, "state"));
  vi.stubEnv("XDG_STATE_HOME", join(directory, "mirror"));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

test("a plan is applied, applied again and undone", async () => {
  await using host = openHost({
    name: "here",
    machine: { id: "here" },
    transport: openLocalTransport(),
  });
  const path = join(directory, "it's a file");
  await writeFile(path, "before\n\n");
  const steps = [
    toyFile({ path, content: "after\n", lifetime: "kept" }),
    toyFile({ path: join(directory, "new"), content: "x\n", lifetime: "kept" }),
  ];
  const plan = await makePlan([{ host, steps }]);
  expect(plan.changes).toBe(2);
  const report = await applyPlan(plan);
  expect(report.changes).toBe(2);
  expect(await readFile(path, "utf8")).toBe("after\n");
  const again = await makePlan([{ host, steps }]);
  expect(formatPlan(again)).toBe("nothing to do\n");
  const restored = await restore([host]);
  expect(restored.hosts[0]?.entries.map(({ outcome }) => outcome)).toEqual([
    "restored",
    "restored",
  ]);
  expect(restored.complete).toBe(true);
  expect(await readFile(path, "utf8")).toBe("before\n\n");
  expect(await readdir(directory)).toEqual(["it's a file", "mirror", "state"]);
});
