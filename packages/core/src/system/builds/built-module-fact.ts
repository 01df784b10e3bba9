import { defineParser } from "@hoststack/tools";
import { z } from "zod";
import type { Fact } from "../../facts/fact.js";
import type { ModuleFile } from "../../steps/module-file.js";
import { buildKey, buildParts, type KernelModuleBuild, moduleNoteName } from "./build.js";

/** Modules of one name a host has, by the key of what they were built from. */
export type BuiltModules = Readonly<Partial<Record<string, ModuleFile>>>;

/** Prints `key`, the module's path and its note for each build that has the module $1, apart by tabs. */
const lookScript = `
state=\${HOSTSTACK_STATE_DIRECTORY:-/var/lib/hoststack}
for note in "$state/builds"/*/${buildParts.copies}/"$2"; do
  directory=\${note%/*}
  [ -f "$note" ] && [ -f "$directory/$1.ko" ] || continue
  key=\${directory%/*}
  printf '%s\\t%s\\t' "\${key##*/}" "$directory/$1.ko"
  cat "$note"
done
:
`;

const moduleFile = z.object({
  name: z.string(),
  path: z.string(),
  sha256: z.string(),
  release: z.string(),
  vermagic: z.string(),
  srcversion: z.string().exactOptional(),
  buildId: z.string().exactOptional(),
});

const modulesParser = defineParser<BuiltModules>({
  name: "built-modules",
  version: 1,
  reader: () => {
    const modules: Record<string, unknown> = {};
    return {
      line(text) {
        const [key, path, note] = text.split("\t");
        if (key === undefined || note === undefined) return;
        modules[key] = { ...JSON.parse(note), path };
      },
      end: () => modules,
    };
  },
  schema: z.record(z.string(), moduleFile),
});

/** The modules of a name that were brought to a host, whatever they were built from. */
export function builtModulesFact(module: string): Fact<BuiltModules> {
  return {
    name: `built module ${module}`,
    argv: ["sh", "-c", lookScript, "sh", module, moduleNoteName(module)],
    parser: modulesParser,
  };
}

/** The module of a build among those a host has; undefined where it was not brought. */
export const moduleOf = (build: KernelModuleBuild, modules: BuiltModules): ModuleFile | undefined =>
  modules[buildKey(build)];
