import { once } from "node:events";
import { mkdir, readdir, readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { applyPlan } from "../../src/plan/apply-plan.js";
import { makePlan } from "../../src/plan/plan.js";
import { restore } from "../../src/plan/restore.js";
import { downloadStep } from "../../src/steps/download.js";
import { planPlace } from "../support/plan-place.js";

/** Sends half of a file and then nothing more. */
async function stalling(): Promise<AsyncDisposable & { readonly url: string }> {
  const server = createServer((_, response) => {
    response.writeHead(200, { "content-length": "2000000" });
    response.write("half".repeat(250_000));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/file`,
    [Symbol.asyncDispose]: async () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** The process of this machine that runs a script with an argument. */
async function processOf(script: string, argument: string): Promise<number> {
  for (let tries = 0; tries < 500; tries++) {
    for (const pid of (await readdir("/proc")).filter((name) => /^\d+$/.test(name))) {
      const argv = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
      const words = argv.split("\0");
      if (words[2]?.includes(script) && words.includes(argument)) return Number(pid);
    }
    await sleep(20);
  }
  throw new Error(`no process runs ${script}`);
}

async function holds(directory: string, name: string): Promise<void> {
  for (let tries = 0; !(await readdir(directory)).includes(name); tries++) {
    if (tries > 500) throw new Error(`there is no ${name}`);
    await sleep(20);
  }
}

test("what an action left beside its file when it was killed is gone after restore", async () => {
  await using place = await planPlace();
  await using host = place.open();
  await using server = await stalling();
  const work = join(place.directory, "work");
  await mkdir(work);
  const path = join(work, "file");
  const step = downloadStep({ url: server.url, sha256: "0".repeat(64), path });
  const applying = applyPlan(await makePlan([{ host, steps: [step] }])).catch((error) => error);
  await holds(work, "file.hoststack-new");
  process.kill(await processOf("temporary=$1.hoststack-new", path), "SIGKILL");
  expect(await applying).toMatchObject({
    code: "PLAN_FAILED",
    message: expect.stringContaining("ended with status 137"),
  });
  expect(await readdir(work)).toEqual(["file.hoststack-new"]);
  const report = await restore([host]);
  expect(report.complete).toBe(true);
  expect(report.hosts[0]?.entries).toMatchObject([{ outcome: "already" }]);
  expect(await readdir(work)).toEqual([]);
});
