import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { artefactsOf, type Build, buildKey } from "./build.js";

/** What the note beside a module says. */
interface ModuleNote {
  readonly release: string;
  readonly sha256: string;
  readonly srcversion?: string;
  readonly buildId?: string;
}

/**
 * What modules are that were brought to guests, a line each for records: several of a name differ in their edits or
 * macros, so each is named by what it was built from.
 */
export async function moduleProvenance(
  directories: ReadonlyMap<Build, string>,
): Promise<Record<string, string>> {
  const lines: Record<string, string> = {};
  for (const [build, directory] of directories) {
    if (build.module === undefined) continue;
    const [, note = ""] = artefactsOf(build);
    const text = await readFile(join(directory, note), "utf8");
    const {
      release,
      sha256,
      srcversion = "none",
      buildId = "none",
    } = JSON.parse(text) as ModuleNote;
    const defines = Object.entries(build.module.defines ?? {}).map(([name, value]) => {
      return `${name}=${String(value)}`;
    });
    lines[`module.${build.module.name}.${buildKey(build)}`] =
      `commit ${build.source.commit}, for ${release}, srcversion ${srcversion}, build id ${buildId}, sha256 ${sha256}${defines.length === 0 ? "" : `, ${defines.join(" ")}`}`;
  }
  return lines;
}
