import { readdir, stat } from "node:fs/promises";
import { join, sep } from "node:path";
import { hoststackError } from "../errors/error.js";

/** A file of a run. */
export interface RunFile {
  /** Relative to the run directory, with slashes. */
  readonly path: string;
  /** Absolute path of its content. */
  readonly source: string;
  readonly bytes: number;
}

/** What a bundle makes itself, also where a run directory came out of a bundle. */
const madeFiles = ["README.md", "SHA256SUMS", "campaign.yaml"] as const;

/** Who works in the directory, and what a killed process left half written. */
const ofProcesses = /^(?:\.running-|run\.json\..*\.tmp$|report\.html\..*\.tmp$)/;

const refused = (path: string, why: string) =>
  hoststackError("BUNDLE_REFUSED", `${path} ${why}`, {
    remedy: "move it out of the run directory",
    details: { path },
  });

/** All files of a run directory in a fixed order. Throws BUNDLE_REFUSED for links and special files. */
export async function runFiles(directory: string): Promise<RunFile[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files: RunFile[] = [];
  for (const entry of entries) {
    const source = join(entry.parentPath, entry.name);
    const path = source.slice(join(directory, sep).length).replaceAll(sep, "/");
    if (entry.isDirectory()) continue;
    if (!entry.isFile()) throw refused(path, "is no regular file, which a bundle could not hold");
    if (/\n/.test(path)) throw refused(JSON.stringify(path), "has a line break in its name");
    if (ofProcesses.test(path) || (madeFiles as readonly string[]).includes(path)) continue;
    files.push({ path, source, bytes: (await stat(source)).size });
  }
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}
