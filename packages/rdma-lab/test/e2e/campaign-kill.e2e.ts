import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import type { RunRecord } from "@hoststack/core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { processesLeft } from "../../../core/test/support/plan-remains.js";
import { nameOf, recordIn, strayFiles, toldTrials } from "../support/campaign-places.js";
import { start } from "../support/cli-process.js";

const kills = Number(process.env["HOSTSTACK_CAMPAIGN_KILLS"] ?? 3);
/** Longest time until a kill that is not aimed: opening the testbed and some trials of a second each. */
const longestMs = 6_000;
/** How long after the awaited words an aimed kill comes at most. */
const aimedMs = 400;
const variants = ["sockperf-throughput.messageBytes-64", "sockperf-throughput.messageBytes-1472"];
/** So many that most campaigns are killed before they are complete. */
const repetitions = Math.max(3, Math.ceil(kills / 3));

let place: string;
beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), "hoststack-test-"));
});
afterAll(() => rm(place, { recursive: true, force: true }));

/** What was found, in sum over all campaigns. */
const tally = {
  ...{ kills: 0, beforeRecord: 0, afterNewTrials: 0, campaigns: 0, trials: 0 },
  ...{ lost: 0, doubled: 0, changed: 0, leftovers: 0 },
};

/** A campaign while it is killed and resumed: what its record held when it was read last. */
interface Campaign {
  readonly out: string;
  seen: RunRecord | undefined;
}

const fresh =
  `run sockperf-throughput --duration-s 1 --sweep message-bytes=64,1472 --repeat ${repetitions} --testbed netns`.split(
    " ",
  );

/** Starts the campaign, or goes on with it where there is a record. */
function startOrResume({ out, seen }: Campaign) {
  const argv = seen === undefined ? [...fresh, "--out", out] : ["run", "--resume", out];
  const env = { CAMPAIGN_PLACE: place, TMPDIR: join(place, "tmp") };
  const started = start([...argv, "--ndjson"], env);
  return { ...started, said: text(started.child.stderr) };
}

/** In turn: any moment, one while a trial is being concluded and recorded, one after a trial was recorded. */
const awaited = [undefined, '"phase":"concluding"', '"kind":"trial.end"'];

async function moment({ stdout }: { readonly stdout: Readable }): Promise<void> {
  const words = awaited[tally.kills % awaited.length];
  const seen = new Promise<void>((resolve) => {
    stdout.on("data", (chunk) => String(chunk).includes(words ?? "") && resolve());
  });
  if (words !== undefined) await seen;
  await sleep(Math.random() * (words === undefined ? longestMs : aimedMs));
}

/** Everything that was recorded before still is, unchanged and once, and all that was told is recorded. */
async function compare(campaign: Campaign): Promise<void> {
  const now = await recordIn(campaign.out);
  const names = now?.trials.map(nameOf) ?? [];
  const told = await toldTrials(campaign.out);
  tally.doubled += names.length - new Set(names).size + told.length - new Set(told).size;
  tally.lost += told.filter((name) => !names.includes(name)).length;
  for (const [index, trial] of (campaign.seen?.trials ?? []).entries()) {
    if (JSON.stringify(now?.trials[index]) !== JSON.stringify(trial)) tally.changed++;
  }
  campaign.seen = now ?? campaign.seen;
  const left = [
    ...(await processesLeft(`CAMPAIGN_PLACE=${place}`)),
    ...(await readdir(join(place, "tmp"))),
  ];
  if (left.length > 0) process.stdout.write(`left over: ${left.join(" ")}\n`);
  tally.leftovers += left.length;
}

/** Kills the campaign at some moment; false when it was complete before. */
async function killOnce(campaign: Campaign): Promise<boolean> {
  const { child, exit, said } = startOrResume(campaign);
  const ended = exit.then(() => true);
  const complete = await Promise.race([ended, moment(child).then(() => false)]);
  if (!complete) child.kill("SIGKILL");
  await exit;
  const { seen } = campaign;
  await compare(campaign);
  if (complete) {
    expect([0, 5], await said).toContain(child.exitCode);
    return false;
  }
  tally.kills++;
  if (campaign.seen === undefined) tally.beforeRecord++;
  else if (campaign.seen.trials.length > (seen?.trials.length ?? 0)) tally.afterNewTrials++;
  return true;
}

async function finish(campaign: Campaign): Promise<void> {
  if (campaign.seen?.state !== "completed") {
    const { child, exit, said } = startOrResume(campaign);
    child.stdout.resume();
    await exit;
    expect([0, 5], await said).toContain(child.exitCode);
    await compare(campaign);
  }
  const { seen, out } = campaign;
  if (seen === undefined) throw new Error("a finished campaign has a record");
  expect(seen.state).toBe("completed");
  expect(seen.notRun).toBeUndefined();
  const wanted = variants.flatMap((variant) =>
    Array.from({ length: repetitions }, (_, index) => nameOf({ variant, repetition: index + 1 })),
  );
  const names = seen.trials.map(nameOf);
  tally.lost += wanted.filter((name) => !names.includes(name)).length;
  tally.doubled += names.length - wanted.length;
  const stray = await strayFiles(out, seen);
  if (stray.length > 0) process.stdout.write(`stray: ${stray.join(" ")}\n`);
  tally.leftovers += stray.length;
  tally.campaigns++;
  tally.trials += names.length;
}

test(
  `a campaign that is killed ${kills} times loses no trial, has none twice and leaves nothing`,
  async () => {
    await mkdir(join(place, "tmp"));
    const begun = performance.now();
    while (tally.kills < kills) {
      const campaign: Campaign = { out: join(place, `run-${tally.campaigns}`), seen: undefined };
      while (tally.kills < kills && (await killOnce(campaign))) await sleep(1);
      await finish(campaign);
    }
    const seconds = ((performance.now() - begun) / 1000).toFixed(0);
    process.stdout.write(`${seconds} s: ${JSON.stringify(tally)}\n`);
    expect(tally).toMatchObject({ kills, lost: 0, doubled: 0, changed: 0, leftovers: 0 });
    if (kills > 2) expect(tally.afterNewTrials).toBeGreaterThan(0);
  },
  120_000 + kills * 25_000,
);
