import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestbed, runExperiment, type Testbed } from "../../src/index.js";
import { honest, pingLike } from "../support/ping-like.js";

let testbed: Testbed;
let place: string;
beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), "hoststack-test-"));
  testbed = await openTestbed({ kind: "netns", hosts: ["client", "server"] });
});
afterAll(async () => {
  await testbed[Symbol.asyncDispose]();
  await rm(place, { recursive: true, force: true });
});

const spin = ["timeout", "30", "sh", "-c", "while :; do :; done"] as const;

/** The one child of a process. */
const childOf = async (pid: number): Promise<number> =>
  Number(await readFile(`/proc/${pid}/task/${pid}/children`, "utf8"));

/** Keeps a CPU busy; `stranger` is orphaned, and so not of this process any more. */
async function busyProcess(kind: "own" | "stranger") {
  const lead = kind === "own" ? 'echo "$$"; exec "$@"' : '"$@" >/dev/null 2>&1 & echo "$!"';
  const child = spawn("sh", ["-c", lead, "sh", ...spin], { stdio: ["ignore", "pipe", "ignore"] });
  const [line] = await once(child.stdout, "data");
  const pid = Number(line);
  return {
    pid,
    [Symbol.dispose]: () => {
      process.kill(pid, "SIGTERM");
    },
  };
}

test("another's busy process makes a trial suspect by name; the run's own and its controller's do not", async () => {
  using stranger = await busyProcess("stranger");
  using own = await busyProcess("own");
  const trial = await runExperiment(
    pingLike(honest),
    {},
    { testbed, directory: join(place, "busy") },
  );
  const busy = trial.verdict.reasons.find(({ rule }) => rule === "host.busy");
  const spinning = await childOf(stranger.pid);
  if (busy === undefined) throw new Error("it was not marked");
  // it is marked, not dropped
  expect(trial.verdict.state).toBe("suspect");
  expect(trial.samples).toMatchObject([{ metric: "received", value: 3 }]);
  const seen = trial.disturbances?.[0];
  if (seen === undefined || "unavailable" in seen) throw new Error("nothing was seen");
  expect(trial.disturbances?.map(({ where }) => where)).toEqual(["this computer"]);
  const named = seen.processes.map(({ pid }) => pid);
  expect(named).toContain(spinning);
  expect(named).not.toContain(process.pid);
  expect(named).not.toContain(await childOf(own.pid));
  const [busiest] = seen.processes;
  expect(busy.text).toContain(`${busiest?.command} (${busiest?.pid}) ${busiest?.cpus.toFixed(2)}`);
});

test("what processes others run is not kept with the raw outputs", async () => {
  const raw = join(place, "busy", "raw", "ping-like", "1", "client.snapshots.ndjson");
  const snapshots = await readFile(raw, "utf8");
  expect(snapshots).toContain("/proc/stat");
  expect(snapshots).not.toMatch(/"\/proc\/\d+\/stat"/);
});
