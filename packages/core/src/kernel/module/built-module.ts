import type { ModuleFile } from "../../steps/module-file.js";

/** A module that was built on a host. */
export interface BuiltModule extends ModuleFile {
  /** Modules that have to be loaded before it. */
  readonly depends: readonly string[];
}

/** Lines of a word and its value, as the build's scripts print them. */
export function parseLines(stdout: string): ReadonlyMap<string, string> {
  return new Map(
    stdout.split("\n").map((line) => {
      const [, word = "", value = ""] = /^(info \S+|\S+) ?(.*)$/.exec(line) ?? [];
      return [word, value] as const;
    }),
  );
}

/** Reads what a build left; undefined when it says no path, digest or vermagic. */
export function parseBuiltModule(lines: ReadonlyMap<string, string>): BuiltModule | undefined {
  const [path, sha256, vermagic] = ["path", "sha256", "info vermagic"].map((word) =>
    lines.get(word),
  );
  if (path === undefined || sha256 === undefined || vermagic === undefined) return undefined;
  const name = (lines.get("info name") ?? path.replace(/^.*\/|\.ko$/g, "")).replaceAll("-", "_");
  const [srcversion, buildId] = [lines.get("info srcversion"), lines.get("buildid")];
  return {
    name,
    path,
    sha256,
    vermagic: vermagic.trim(),
    release: vermagic.split(" ")[0] ?? "",
    ...(srcversion ? { srcversion } : {}),
    ...(buildId ? { buildId } : {}),
    depends: (lines.get("info depends") ?? "").split(",").filter(Boolean),
  };
}
