import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { type RunRecord, readRunRecord, type TrialRecord } from "@hoststack/core";

/** Names a trial within its run. */
export const nameOf = ({ variant, repetition }: Pick<TrialRecord, "variant" | "repetition">) =>
  `${variant} ${repetition}`;

/** The record of a run directory; undefined before its first one was written. */
export async function recordIn(directory: string): Promise<RunRecord | undefined> {
  const names = await readdir(directory).catch((): string[] => []);
  return names.includes("run.json") ? await readRunRecord(directory) : undefined;
}

/** Trials whose end was told in `events.ndjson`, in the order in which they were told. */
export async function toldTrials(directory: string): Promise<string[]> {
  const text = await readFile(join(directory, "events.ndjson"), "utf8").catch(() => "");
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line))
    .filter(({ kind }) => kind === "trial.end")
    .map(nameOf);
}

/** What is in a finished run's directory that should not be there, or is not there and should. */
export async function strayFiles(directory: string, record: RunRecord): Promise<string[]> {
  const usual = ["events.ndjson", "raw", "run.json", "transcript"];
  const top = (await readdir(directory)).filter((name) => !usual.includes(name));
  const raw = await readdir(join(directory, "raw"), { recursive: true, withFileTypes: true });
  const trials = new Set(
    record.trials.map(({ variant, repetition }) => `${variant}/${repetition}`),
  );
  const files = raw.filter((entry) => entry.isFile());
  const found = new Set(
    files.map((entry) => entry.parentPath.slice(join(directory, "raw/").length)),
  );
  return [
    ...top,
    ...[...found].filter((place) => !trials.has(place)),
    ...[...trials]
      .filter((place) => !found.has(place))
      .map((place) => `no raw outputs of ${place}`),
  ];
}
