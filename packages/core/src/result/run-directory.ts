import { access, constants, mkdir, open, readdir, readFile, rename, rm } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import { hoststackError } from "../errors/error.js";
import { type RunRecord, runRecordSchema } from "./record.js";
import { claimRunDirectory } from "./run-directory-lock.js";
import { whyUnread } from "./unread-record.js";

/** A run's place on disk: `run.json` and the raw outputs of each trial below `raw/`. */
export interface RunDirectory extends AsyncDisposable {
  /** Absolute path. */
  readonly path: string;
  /** Makes and names the directory for the raw outputs of a trial; what a cut-off one left is removed. */
  trialDirectory(variant: string, repetition: number): Promise<string>;
  /** Waits until the raw outputs of a trial are on the disk. */
  syncTrial(variant: string, repetition: number): Promise<void>;
  /** Path of a raw output relative to the run directory. */
  relativePath(path: string): string;
  /** Validates the record and replaces `run.json` atomically; it is on the disk when this returns. */
  save(record: RunRecord): Promise<void>;
}

const recordName = "run.json";
const temporaryName = /^run\.json\..*\.tmp$/;

async function sync(path: string): Promise<void> {
  const file = await open(path, "r");
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Puts names in a directory on the disk, on file systems that can be told to. */
async function syncNames(directory: string): Promise<void> {
  await sync(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EINVAL" && error.code !== "ENOTSUP") throw error;
  });
}

/** Replaces a file so that a reader, or a crash, sees the old content or the new one. */
async function writeAtomically(path: string, content: string): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  const file = await open(temporary, "w");
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
  // the new name is on the disk only when its directory is
  await syncNames(dirname(path));
}

async function firstExisting(path: string): Promise<string> {
  try {
    await access(path, constants.F_OK);
    return path;
  } catch {
    return path === dirname(path) ? path : firstExisting(dirname(path));
  }
}

/** Says before anything long begins whether a run directory can be made. Throws OUTPUT_UNWRITABLE. */
export async function checkWritable(path: string): Promise<void> {
  const place = await firstExisting(resolve(path));
  try {
    await access(place, constants.W_OK | constants.X_OK);
  } catch (cause) {
    throw hoststackError("OUTPUT_UNWRITABLE", `results cannot be written below ${place}`, {
      remedy: "name a directory you may write with --out",
      cause,
    });
  }
}

function directoryAt(root: string, giveBack: () => Promise<void>): RunDirectory {
  const recordPath = join(root, recordName);
  const placeOf = (variant: string, repetition: number) =>
    join(root, "raw", variant, String(repetition));
  return {
    path: root,
    async trialDirectory(variant, repetition) {
      const directory = placeOf(variant, repetition);
      await rm(directory, { recursive: true, force: true });
      await mkdir(directory, { recursive: true });
      return directory;
    },
    async syncTrial(variant, repetition) {
      const directory = placeOf(variant, repetition);
      const entries = await readdir(directory, { withFileTypes: true });
      const files = entries.filter((entry) => entry.isFile());
      await Promise.all(files.map(({ name }) => sync(join(directory, name))));
      for (const names of [directory, dirname(directory), join(root, "raw")]) {
        await syncNames(names);
      }
    },
    relativePath: (file) => relative(root, file),
    async save(record) {
      const checked = runRecordSchema.parse(record);
      try {
        await writeAtomically(recordPath, `${JSON.stringify(checked, null, 2)}\n`);
      } catch (cause) {
        throw hoststackError("OUTPUT_UNWRITABLE", `${recordPath} cannot be written`, {
          remedy: "free disk space or name another directory with --out",
          cause,
        });
      }
    },
    [Symbol.asyncDispose]: giveBack,
  };
}

/**
 * Makes a run directory and claims it until it is disposed. Throws OUTPUT_UNWRITABLE when it cannot be made,
 * holds a run already or is claimed.
 */
export async function createRunDirectory(path: string): Promise<RunDirectory> {
  const root = resolve(path);
  const raw = join(root, "raw");
  await mkdir(raw, { recursive: true }).catch((cause: unknown) => {
    throw hoststackError("OUTPUT_UNWRITABLE", `the run directory ${root} cannot be made`, {
      remedy: "name another directory with --out",
      cause,
    });
  });
  await syncNames(dirname(root));
  const giveBack = await claimRunDirectory(root);
  // a run that ended before its first record has left an empty `raw`
  const [names, trials] = await Promise.all([readdir(root), readdir(raw)]);
  if (!names.includes(recordName) && trials.length === 0) return directoryAt(root, giveBack);
  await giveBack();
  throw hoststackError("OUTPUT_UNWRITABLE", `${root} already holds a run`, {
    remedy: `name another directory with --out, or go on with this one: run --resume ${path}`,
  });
}

/**
 * Reads the record of a run directory, also while the run goes on. Throws OPTIONS_INVALID when there is none or
 * it is not one this version reads.
 */
export async function readRunRecord(directory: string): Promise<RunRecord> {
  const path = join(resolve(directory), recordName);
  const text = await readFile(path, "utf8").catch((cause: NodeJS.ErrnoException) => {
    const none = cause.code === "ENOENT" || cause.code === "ENOTDIR";
    const why = none ? `${directory} holds no run` : `${path} cannot be read: ${cause.message}`;
    throw hoststackError("OPTIONS_INVALID", why, {
      remedy: `name a directory that holds a ${recordName}`,
      cause,
    });
  });
  try {
    return runRecordSchema.parse(JSON.parse(text));
  } catch (cause) {
    const why = `${path} is no run record this version reads: ${whyUnread(text, cause)}`;
    throw hoststackError("OPTIONS_INVALID", why, {
      remedy: "read it with the version that wrote it",
      cause,
    });
  }
}

/** A run directory that is claimed again, and what it holds. */
export interface ReopenedRun {
  readonly directory: RunDirectory;
  readonly record: RunRecord;
}

/**
 * Claims the directory of a run to go on with it. Throws OPTIONS_INVALID as `readRunRecord` does, and
 * OUTPUT_UNWRITABLE when the run still goes on.
 */
export async function reopenRunDirectory(path: string): Promise<ReopenedRun> {
  const root = resolve(path);
  // said before anything is written there
  await readRunRecord(path);
  const giveBack = await claimRunDirectory(root);
  try {
    const stale = (await readdir(root)).filter((name) => temporaryName.test(name));
    for (const name of stale) await rm(join(root, name), { force: true });
    return { directory: directoryAt(root, giveBack), record: await readRunRecord(root) };
  } catch (error) {
    await giveBack();
    throw error;
  }
}
