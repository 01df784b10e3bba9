import { basename, dirname, resolve } from "node:path";
import { readRunRecord } from "../result/run-directory.js";
import type { ReportedRun } from "./measurements.js";
import { readTimelines } from "./read-timelines.js";

/** The directory of a run, which may also be named by its record. */
function directoryOf(path: string): string {
  return basename(path) === "run.json" ? dirname(path) : path;
}

/** A run with what the samplers wrote beside its record. */
async function readRun(path: string): Promise<ReportedRun & { readonly path: string }> {
  const directory = directoryOf(path);
  const record = await readRunRecord(directory);
  const timelines = await readTimelines(directory, record);
  return { name: record.id, path, record, timelines };
}

/**
 * Reads runs by their directories or records; those of the same id are named by their paths. Throws
 * OPTIONS_INVALID for what is no record, or one of a version that is not read here.
 */
export async function readRuns(paths: readonly string[]): Promise<ReportedRun[]> {
  const runs: Awaited<ReturnType<typeof readRun>>[] = [];
  for (const path of paths) runs.push(await readRun(path));
  return runs.map(({ path, ...run }) => {
    const twins = runs.filter(({ name }) => name === run.name);
    return twins.length === 1 ? run : { ...run, name: resolve(directoryOf(path)) };
  });
}
