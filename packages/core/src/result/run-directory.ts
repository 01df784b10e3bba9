import { access, constants, mkdir, open, rename } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import { hoststackError } from "../errors/error.js";
import { type RunRecord, runRecordSchema } from "./record.js";

/** A run's place on disk: `run.json` and the raw outputs of each trial below `raw/`. */
export interface RunDirectory {
  /** Absolute path. */
  readonly path: string;
  /** Makes and names the directory for the raw outputs of a trial. */
  trialDirectory(variant: string, repetition: number): Promise<string>;
  /** Path of a raw output relative to the run directory. */
  relativePath(path: string): string;
  /** Validates the record and replaces `run.json` atomically. */
  save(record: RunRecord): Promise<void>;
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

/** Makes a run directory. Throws OUTPUT_UNWRITABLE when it cannot be made or holds a run already. */
export async function createRunDirectory(path: string): Promise<RunDirectory> {
  const root = resolve(path);
  const recordPath = join(root, "run.json");
  try {
    await mkdir(root, { recursive: true });
    // fails when it is there: two runs never share a directory
    await mkdir(join(root, "raw"));
  } catch (cause) {
    const { code, path: at } = cause as NodeJS.ErrnoException;
    const holds = code === "EEXIST" && at === join(root, "raw");
    throw hoststackError(
      "OUTPUT_UNWRITABLE",
      holds ? `${root} already holds a run` : `the run directory ${root} cannot be made`,
      { remedy: "name another directory with --out", cause },
    );
  }
  return {
    path: root,
    async trialDirectory(variant, repetition) {
      const directory = join(root, "raw", variant, String(repetition));
      await mkdir(directory, { recursive: true });
      return directory;
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
  };
}
