import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { join, relative, resolve, sep } from "node:path";
import { createInterface } from "node:readline";
import type { RunRecord, TrialRecord } from "../result/record.js";
import { type Moment, momentOf, type Timeline, timelineOf } from "./timeline.js";

/** What a line of a snapshot file may be; anything else is passed over. */
function readMoment(line: string): Moment | undefined {
  try {
    const { kind, uptimeS, files } = JSON.parse(line) as Record<string, unknown>;
    if ((kind !== "full" && kind !== "tick") || typeof uptimeS !== "number") return undefined;
    const texts = Object.entries(files as Record<string, string>);
    return momentOf({ token: "", kind, uptimeS, files: new Map(texts) });
  } catch {
    // a run that was killed may have left half a line
    return undefined;
  }
}

async function readMoments(path: string): Promise<Moment[]> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isFile() !== true) return [];
  const input = createReadStream(path);
  const moments: Moment[] = [];
  for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    const moment = readMoment(line);
    if (moment !== undefined) moments.push(moment);
  }
  return moments;
}

/** A file of a trial, unless the names in the record lead out of the run directory. */
function snapshotFile(directory: string, trial: TrialRecord, host: string): string | undefined {
  const raw = resolve(directory, "raw");
  const path = join(raw, trial.variant, String(trial.repetition), `${host}.snapshots.ndjson`);
  const steps = relative(raw, path).split(sep);
  return steps.length === 3 && !steps.includes("..") ? path : undefined;
}

async function trialTimelines(directory: string, trial: TrialRecord): Promise<Timeline[]> {
  const { window, clocks, variant, repetition } = trial;
  if (!("opensAtS" in window) || window.opensAtS === undefined) return [];
  const timelines: Timeline[] = [];
  for (const { host, offsetS } of clocks) {
    const path = snapshotFile(directory, trial, host);
    const moments = path === undefined ? [] : await readMoments(path);
    if (moments.length < 2) continue;
    const windowUptimeS = window.opensAtS + offsetS;
    timelines.push(timelineOf({ variant, repetition, host, windowUptimeS }, moments));
  }
  return timelines;
}

/**
 * Reads what the samplers wrote beside a record, as far as it is there. Trials without a measuring
 * window, or whose record does not say where it lies on the snapshots' clock, have none.
 */
export async function readTimelines(directory: string, record: RunRecord): Promise<Timeline[]> {
  const timelines: Timeline[] = [];
  for (const trial of record.trials) timelines.push(...(await trialTimelines(directory, trial)));
  return timelines;
}
