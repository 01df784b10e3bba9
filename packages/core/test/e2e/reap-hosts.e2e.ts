import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { startDetached } from "../../src/host/detached/start.js";
import { stopDetached } from "../../src/host/detached/stop.js";
import { ownerVariable } from "../../src/host/owned.js";
import { applyPlan } from "../../src/plan/apply-plan.js";
import { makePlan } from "../../src/plan/plan.js";
import { findHostLeftovers } from "../../src/reap/host-leftovers.js";
import { reap } from "../../src/reap/reap.js";
import { planPlace } from "../support/plan-place.js";
import { toyFile } from "../support/plan-steps.js";
import { bundledScript, removeBundledScripts } from "./vm-bundled-script.js";

afterAll(removeBundledScripts);

test("a detached command is in use while it runs and a leftover when it is over", async () => {
  await using place = await planPlace();
  await using host = place.open();
  const directory = join(place.directory, "detached");
  const command = { argv: ["sh", "-c", "env; sleep 1000"] } as const;
  const running = await startDetached(host, { id: "run", command, directory, leaseMs: 60_000 });
  const find = () => findHostLeftovers([host], { directories: [directory] });
  const whileRunning = await find();
  expect(whileRunning).toMatchObject([{ kind: "detached", where: "here", reapable: false }]);
  expect((await reap(whileRunning, [host])).reaped).toEqual([]);
  // Outliving its owner is what it is for: nothing may take it for a leftover of this machine.
  expect(await readFile(join(running.path, "stdout"), "utf8")).not.toContain(ownerVariable);
  await stopDetached(host, running);
  const over = await find();
  expect(over).toMatchObject([{ path: running.path, reapable: true, why: expect.any(String) }]);
  expect(await reap(over, [host])).toMatchObject({ reaped: over, failed: [] });
  expect(await readdir(directory)).toEqual([]);
  expect(await find()).toEqual([]);
});

/** Applies a scoped step and is killed. */
const controllerScript = (directory: string) => `
import { applyScoped } from "#core/plan/apply-scoped.js";
import { makePlan } from "#core/plan/plan.js";
import { openHost } from "#core/host/open-host.js";
import { openLocalTransport } from "#core/host/local.js";
import { toyFile } from "#core/../test/support/plan-steps.js";

const host = openHost({ name: "here", machine: { id: "here" }, transport: openLocalTransport() });
const path = ${JSON.stringify(join(directory, "scoped"))};
const steps = [toyFile({ path, content: "s\\n", lifetime: "scoped" })];
await applyScoped(await makePlan([{ host, steps }]), { purpose: "be killed", leaseMs: 60_000 });
process.kill(process.pid, "SIGKILL");
`;

test("changes of a killed controller are left to its guard, and are leftovers without one", async () => {
  await using place = await planPlace();
  await using host = place.open();
  const script = await bundledScript("reap-plan", controllerScript(place.directory));
  await once(spawn(process.execPath, [script], { stdio: "inherit" }), "exit");
  const kept = toyFile({ path: join(place.directory, "kept"), content: "k\n", lifetime: "kept" });
  const held = await findHostLeftovers([host]);
  expect(held.map(({ kind, reapable }) => [kind, reapable]).toSorted()).toEqual([
    ["change", false],
    ["lease", false],
  ]);
  expect((await reap(held, [host])).reaped).toEqual([]);
  expect(existsSync(join(place.directory, "scoped"))).toBe(true);

  await endGuardAndLease(place.state);
  const left = await findHostLeftovers([host]);
  expect(left.map(({ kind, reapable }) => [kind, reapable]).toSorted()).toEqual([
    ["change", true],
    ["lease", true],
  ]);
  expect(await reap(left)).toMatchObject({
    failed: [{ error: { code: "OPTIONS_INVALID" } }, { error: { code: "OPTIONS_INVALID" } }],
  });
  expect((await reap(left, [host])).failed).toEqual([]);
  expect(existsSync(join(place.directory, "scoped"))).toBe(false);
  expect(await findHostLeftovers([host])).toEqual([]);

  await applyPlan(await makePlan([{ host, steps: [kept] }]));
  const wanted = await findHostLeftovers([host]);
  expect(wanted).toMatchObject([{ kind: "change", reapable: false }]);
  await reap(wanted, [host]);
  expect(existsSync(join(place.directory, "kept"))).toBe(true);
});

/** As after a crash of the machine: the guard is gone, the lease's time is over. */
async function endGuardAndLease(state: string): Promise<void> {
  for (const name of await readdir(state)) {
    if (!name.startsWith("guard-")) continue;
    process.kill(Number(await readFile(join(state, name), "utf8")), "SIGKILL");
  }
  const lines = (await readFile(join(state, "lease"), "utf8")).split("\n");
  lines[2] = "0";
  await writeFile(join(state, "lease"), lines.join("\n"));
}
