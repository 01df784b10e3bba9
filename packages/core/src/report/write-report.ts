import { lstat, mkdir, open, rename, rm } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { hoststackError } from "../errors/error.js";
import { reportMark } from "./report.js";

const unwritable = (path: string, why: string, cause?: unknown) =>
  hoststackError("OUTPUT_UNWRITABLE", `${path} ${why}`, {
    remedy: "name another file with --out",
    ...(cause === undefined ? {} : { cause }),
  });

async function beginsAsReport(path: string): Promise<boolean> {
  const file = await open(path, "r");
  try {
    const wanted = Buffer.from(reportMark);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(wanted.length), 0, wanted.length, 0);
    return buffer.subarray(0, bytesRead).equals(wanted);
  } finally {
    await file.close();
  }
}

async function checkReplaceable(path: string, force: boolean): Promise<void> {
  const found = await lstat(path).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === "ENOENT") return undefined;
    throw unwritable(path, `cannot be written: ${cause.message}`, cause);
  });
  if (found === undefined) return;
  if (!found.isFile()) throw unwritable(path, "is there already and is no regular file");
  if (force || found.size === 0 || (await beginsAsReport(path))) return;
  throw hoststackError("OUTPUT_UNWRITABLE", `${path} is there already and is no report`, {
    remedy: "name another file with --out, or replace it with --force",
  });
}

async function writeWhole(path: string, text: string): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    await mkdir(dirname(path), { recursive: true });
    const file = await open(temporary, "wx");
    try {
      await file.writeFile(text);
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => {});
    const why = cause instanceof Error ? cause.message : String(cause);
    throw unwritable(path, `cannot be written: ${why}`, cause);
  }
}

/**
 * Writes a report, whole or not at all, and returns its absolute path. An earlier report is replaced;
 * any other file only with `force`. Throws OUTPUT_UNWRITABLE.
 */
export async function writeReport(
  path: string,
  text: string,
  { force = false }: { readonly force?: boolean } = {},
): Promise<string> {
  const absolute = resolve(path);
  await checkReplaceable(absolute, force);
  await writeWhole(absolute, text);
  return absolute;
}
