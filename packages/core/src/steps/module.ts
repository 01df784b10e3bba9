import { z } from "zod";
import type { Answer, Decision, Step } from "../plan/step.js";
import {
  asRoot,
  type Impossible,
  impossible,
  noAnswer,
  notBefore,
  satisfied,
} from "./decisions.js";
import { moduleParametersText } from "./module-parameters.js";
import { checkStepOptions, hostPath, lifetime, stepId } from "./options.js";
import { script } from "./script.js";

/** Parameters of a module. */
export const moduleParameters = z
  .record(
    z.string().regex(/^[A-Za-z0-9_]+$/, "must be a parameter's name"),
    z.union([z.number().int(), z.boolean(), z.string().regex(/^[!#-~]+$/, "must be one word")]),
  )
  .default({});

const schema = z.strictObject({
  name: z.string().regex(/^[A-Za-z0-9_][A-Za-z0-9_-]*$/, "must be a module's name"),
  parameters: moduleParameters,
  path: hostPath.optional(),
  lifetime,
  after: stepId.optional(),
});

/** A kernel module to load. */
export interface ModuleStepOptions {
  /** Dashes and underscores are the same. */
  readonly name: string;
  /** Compared with those of a loaded module where the kernel shows them. @default none */
  readonly parameters?: Readonly<Record<string, boolean | number | string>>;
  /** A `.ko` on the host to load with insmod, without what it depends on. @default modprobe finds it by name */
  readonly path?: string;
  /** @default "scoped" */
  readonly lifetime?: "kept" | "scoped";
  /** The step that brings the module. */
  readonly after?: string;
}

/** Prints `loaded` and the parameters that differ from the wanted ones. */
const checkScript = `
module=/sys/module/$1
shift
if [ ! -d "$module" ]; then echo absent; exit 0
elif [ -e "$module/initstate" ]; then state=loaded
else state=builtin
fi
${moduleParametersText}`;

/** Newest state first, as the kernel lists them; empty where it has no loadable ones. */
const listScript = `
id -u
uname -r
cut -d ' ' -f 1 /proc/modules 2>/dev/null
:
`;

const dependenciesScript = `LC_ALL=C modprobe -D "$1" 2>&1`;
const fileScript = `
[ -f "$1" ] || { echo "there is no file $1"; exit 1; }
command -v modinfo >/dev/null || exit 0
LC_ALL=C modinfo -F vermagic "$1" 2>&1
`;

/** Only what is still loaded, so that it can run at any moment. */
const unloadScript = `
for name; do
  [ ! -e "/sys/module/$name/initstate" ] || rmmod "$name" || exit 1
done
`;

/**
 * Has a kernel module loaded; undone, it and exactly those modules that came with it are unloaded. One
 * that is loaded with other parameters is left alone, as others may use it. Throws OPTIONS_INVALID.
 */
export function moduleStep(options: ModuleStepOptions): Step {
  const given = checkStepOptions(schema, options, "module");
  const { name, path, after } = given;
  const module = name.replaceAll("-", "_");
  const parameters = parameterWords(given.parameters);
  const load = path === undefined ? ["modprobe", name] : ["insmod", path];
  const find = path === undefined ? script(dependenciesScript, name) : script(fileScript, path);
  const decide = (seen: Answer, [list, found]: readonly Answer[]): Decision => {
    if (seen.exitCode !== 0) return noAnswer(module, seen);
    if (seen.stdout !== "absent\n") return decideOnLoaded(module, seen.stdout);
    const [uid = "", release = "", ...loaded] = (list?.stdout ?? "").trim().split("\n");
    const obstacle = obstacleTo({ name, path, release }, found);
    if (obstacle !== undefined) return notBefore(after, obstacle);
    if (uid !== "0") return impossible(`only root can load the module ${name}`, asRoot);
    const added = path === undefined ? newModules(found?.stdout ?? "", loaded) : [module];
    return {
      state: "needed",
      wanted: "loaded\n",
      actions: [{ argv: [load[0] ?? "", ...load.slice(1), ...parameters] }],
      undo: [script(unloadScript, ...added)],
      diff: `${module}: absent -> ${["loaded", ...parameters].join(" ")}`,
    };
  };
  return {
    id: `module:${module}`,
    title: `load the module ${[name, ...parameters].join(" ")}`,
    scope: "machine",
    lifetime: given.lifetime,
    survives: "boot",
    check: script(checkScript, module, ...parameters),
    probes: [script(listScript), find],
    decide,
  };
}

/** Parameters as insmod and modprobe take them. */
export function parameterWords(parameters: z.output<typeof moduleParameters>): readonly string[] {
  return Object.entries(parameters).map(([key, value]) => `${key}=${word(value)}`);
}

function word(value: boolean | number | string): string {
  return typeof value === "boolean" ? String(Number(value)) : String(value);
}

function decideOnLoaded(module: string, seen: string): Decision {
  const [state = "", ...differing] = seen.trim().split(" ");
  if (differing.length === 0) return satisfied;
  const how = state === "builtin" ? "built into the kernel" : "loaded already";
  const remedy =
    state === "builtin"
      ? `set it on the kernel's command line as ${module}.PARAMETER=VALUE`
      : `unload it first if nobody needs it: modprobe -r ${module}`;
  return impossible(`${module} is ${how} with ${differing.join(" ")}`, remedy);
}

function obstacleTo(
  { name, path, release }: { name: string; path: string | undefined; release: string },
  found: Answer | undefined,
): Impossible | undefined {
  const words = found?.stdout.trim() ?? "";
  if (found?.exitCode !== 0) {
    if (path !== undefined) return impossible(words, "build the module, or name where it is");
    if (found?.exitCode === 127) return impossible("the host has no modprobe", "install kmod");
    const remedy = `install the package of the kernel ${release} that holds it (linux-modules-extra on Ubuntu)`;
    return impossible(`the module ${name} is not there: ${words}`, remedy);
  }
  const [built = ""] = words.split(" ");
  if (path === undefined || built === "" || built === release) return undefined;
  const reason = `${path} is built for the kernel ${built}, but ${release} is running`;
  return impossible(
    reason,
    "build it against the running kernel, or boot the kernel it is built for",
  );
}

/** Modules `modprobe -D` would insert that are not loaded yet, the last one first. */
function newModules(listing: string, loaded: readonly string[]): string[] {
  const inserted = [...listing.matchAll(/^insmod \S*?([^/\s]+)\.ko(?:\.\w+)?(?: .*)?$/gm)];
  const names = inserted.map(([, file = ""]) => file.replaceAll("-", "_"));
  return [...new Set(names)].filter((one) => !loaded.includes(one)).reverse();
}
