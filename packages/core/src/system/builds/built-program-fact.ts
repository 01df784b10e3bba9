import { defineParser } from "@hoststack/tools";
import { z } from "zod";
import type { Fact } from "../../facts/fact.js";
import { defaultCacheDirectory } from "../../testbed/vm/cache-directory.js";
import { artefactName, buildKey, buildParts, type ProgramBuild } from "./build.js";
import { buildPlacesText } from "./built-fact.js";

/** Absolute paths of a program on a host, by the key of what it was built from. */
export type BuiltPrograms = Readonly<Partial<Record<string, string>>>;

/** Prints the key and, behind a tab, the path of each build that has $1, by its name $2 where it was copied; $3 is the cache. */
const lookScript = `
artefact=$1 name=$2 cache=$3
${buildPlacesText}
  for directory in "$place"/builds/*; do
    for path in "$directory/${buildParts.tree}/$artefact" "$directory/${buildParts.copies}/$name"; do
      [ ! -f "$path" ] || printf '%s\\t%s\\n' "\${directory##*/}" "$path"
    done
  done
done
:
`;

/** The first place of each key counts. */
const programsParser = defineParser<BuiltPrograms>({
  name: "built-programs",
  version: 1,
  reader: () => {
    const paths: Record<string, string> = {};
    return {
      line(text) {
        const [key, path] = text.split("\t");
        if (key !== undefined && path !== undefined) paths[key] ??= path;
      },
      end: () => paths,
    };
  },
  schema: z.record(z.string(), z.string()),
});

/** Where a host has a program, whatever it was built from: for experiments whose options choose the build. */
export function builtProgramsFact(artefact: string): Fact<BuiltPrograms> {
  const words = [artefact, artefactName(artefact), defaultCacheDirectory()];
  return {
    name: `built program ${artefact}`,
    argv: ["sh", "-c", lookScript, "sh", ...words],
    parser: programsParser,
  };
}

/** The program of a build among those a host has; undefined where it was not built or brought. */
export const programOf = (build: ProgramBuild, programs: BuiltPrograms): string | undefined =>
  programs[buildKey(build)];
