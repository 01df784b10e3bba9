import { defineParser } from "@hoststack/tools";
import { z } from "zod";
import type { Fact } from "../../facts/fact.js";
import { defaultCacheDirectory } from "../../testbed/vm/cache-directory.js";
import {
  artefactInTree,
  artefactName,
  artefactsOf,
  type Build,
  buildKey,
  buildParts,
} from "./build.js";

/** Absolute paths of a build's artefacts on a host, by file name; what is not there is left out. */
export type BuiltPaths = Readonly<Partial<Record<string, string>>>;

/** Shell text: each place of builds, where root and other users keep them and in the cache `$cache` of a controller whose files the host shares. */
export const buildPlacesText = `
for place in "\${HOSTSTACK_STATE_DIRECTORY:-/var/lib/hoststack}" \\
  "\${XDG_STATE_HOME:-$HOME/.local/state}"/hoststack/machine-* "$cache"
do
`;

/** Looks for the build $1, whose artefacts follow as `name=path in the tree`; $2 is the cache. Prints `name path`. */
const lookScript = `
key=$1 cache=$2
shift 2
${buildPlacesText}
  directory=$place/builds/$key
  [ -d "$directory" ] || continue
  for one; do
    name=\${one%%=*}
    for path in "$directory/${buildParts.tree}/\${one#*=}" "$directory/${buildParts.copies}/$name"; do
      [ ! -f "$path" ] || printf '%s %s\\n' "$name" "$path"
    done
  done
done
:
`;

/** The first place of each name counts. */
const builtParser = defineParser<BuiltPaths>({
  name: "built-paths",
  version: 1,
  reader: () => {
    const paths: Record<string, string> = {};
    return {
      line(text) {
        const at = text.indexOf(" ");
        const name = text.slice(0, at);
        if (at > 0 && !Object.hasOwn(paths, name)) paths[name] = text.slice(at + 1);
      },
      end: () => paths,
    };
  },
  schema: z.record(z.string(), z.string()),
});

/** Where the artefacts of a build are on a host, for experiments that run them. */
export function builtFact(build: Build): Fact<BuiltPaths> {
  const artefacts = artefactsOf(build).map(
    (one) => `${artefactName(one)}=${artefactInTree(build, one)}`,
  );
  const cache = defaultCacheDirectory();
  return {
    name: `built ${build.name}`,
    argv: ["sh", "-c", lookScript, "sh", buildKey(build), cache, ...artefacts],
    parser: builtParser,
  };
}

/** Artefacts of a build that a host does not have, by file name. */
export const missingArtefacts = (build: Build, paths: BuiltPaths): string[] =>
  artefactsOf(build)
    .map(artefactName)
    .filter((name) => paths[name] === undefined);
