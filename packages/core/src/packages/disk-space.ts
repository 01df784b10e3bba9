import { statfs } from "node:fs/promises";
import { hoststackError } from "../errors/error.js";

const mib = 1024 * 1024;

/** Throws CAPABILITY_MISSING unless the file system of `directory` has `neededBytes` to spare. */
export async function needDiskSpace(directory: string, neededBytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(directory);
  const free = bavail * bsize;
  if (free >= neededBytes) return;
  const [need, have] = [Math.ceil(neededBytes / mib), Math.floor(free / mib)];
  throw hoststackError(
    "CAPABILITY_MISSING",
    `unpacking the packages takes ${need} MiB of disk in ${directory}, ${have} MiB are free`,
    {
      remedy: "free some disk space, or set XDG_CACHE_HOME to a place that has it",
      details: { neededBytes, freeBytes: free },
    },
  );
}
