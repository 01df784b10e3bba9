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
import { moduleParameters, parameterWords } from "./module.js";
import { faultPattern, isHarmless } from "./module-file/kernel-faults.js";
import { factsScript, loadScript, stateScript, unloadScript } from "./module-file/scripts.js";
import { checkStepOptions, hostPath, lifetime, sha256Hex, stepId } from "./options.js";
import { script } from "./script.js";

const line = z.string().regex(/^[^\n]+$/, "must be one line");
const hexadecimal = z.string().regex(/^[0-9a-fA-F]+$/, "must be hexadecimal");

const schema = z.strictObject({
  module: z.object({
    name: z.string().regex(/^[A-Za-z0-9_]+$/, "must be a module's name"),
    path: hostPath,
    sha256: sha256Hex,
    release: line,
    vermagic: line,
    srcversion: hexadecimal.optional(),
    buildId: hexadecimal.optional(),
  }),
  path: hostPath.optional(),
  parameters: moduleParameters,
  warnings: z.enum(["accept", "fail"]).default("fail"),
  unloadWaitMs: z.number().int().min(0).max(300_000).default(10_000),
  lifetime,
  after: stepId.optional(),
});

/** A module that was built, with what tells it from other builds of it. */
export interface ModuleFile {
  /** As /sys/module has it, with underscores. */
  readonly name: string;
  /** Absolute path of the `.ko`. */
  readonly path: string;
  readonly sha256: string;
  /** What `uname -r` says of the kernel it is for. */
  readonly release: string;
  /** Everything the kernel compares before it takes the module. */
  readonly vermagic: string;
  /** Hash of the sources; most kernels have it of modules with a version only. */
  readonly srcversion?: string;
  /** Hash of the linked file. */
  readonly buildId?: string;
}

/** A built module to be loaded. */
export interface ModuleFileStepOptions {
  readonly module: ModuleFile;
  /** Where the file is on this host. @default `module.path` */
  readonly path?: string;
  /** Compared with those of a loaded module where the kernel shows them. @default none */
  readonly parameters?: Readonly<Record<string, boolean | number | string>>;
  /** Whether a warning of the kernel while it is loaded is a failure. @default "fail" */
  readonly warnings?: "accept" | "fail";
  /** How long unloading waits for those who use it. @default 10_000 */
  readonly unloadWaitMs?: number;
  /** @default "scoped" */
  readonly lifetime?: "kept" | "scoped";
  /** The step that brings the file or boots its kernel. */
  readonly after?: string;
}

/**
 * Has exactly this build of a module loaded. The running kernel, the file's digest and whoever may load are
 * looked at before; after insmod the kernel's log is, where an oops, a BUG, a warning or a missing symbol
 * is a failure; and the state is that of the build, by source hash and build id. Another build that is
 * loaded is left alone. Undone, the module is unloaded once nothing uses it. Throws OPTIONS_INVALID.
 */
export function moduleFileStep(options: ModuleFileStepOptions): Step {
  const given = checkStepOptions(schema, options, "module file");
  const { module, after } = given;
  const { name } = module;
  const path = given.path ?? module.path;
  const parameters = parameterWords(given.parameters);
  const identity = [module.srcversion ?? "-", module.buildId ?? "-"];
  const faults = faultPattern((kind) => given.warnings === "fail" || !isHarmless(kind));
  const decide = (seen: Answer, told: Answer | undefined, notes: string): Decision => {
    if (seen.exitCode !== 0) return noAnswer(name, seen);
    if (told?.exitCode !== 0) return noAnswer(name, told);
    if (seen.stdout !== "absent\n") return decideOnPresent(name, seen.stdout.trim());
    const obstacle = obstacleTo(module, path, told.stdout);
    if (obstacle !== undefined) return notBefore(after, obstacle);
    return {
      state: "needed",
      wanted: "loaded\n",
      actions: [script(loadScript, name, path, faults, notes, ...parameters)],
      undo: [script(unloadScript, name, String(Math.ceil(given.unloadWaitMs / 1000)), notes)],
      diff: `${name}: absent -> ${["loaded", ...parameters].join(" ")}`,
      irreversible: ["the kernel counts itself as tainted until it is booted again"],
    };
  };
  return {
    id: `module:${name}`,
    title: `load the module ${[name, ...parameters].join(" ")} from ${path}`,
    scope: "machine",
    lifetime: given.lifetime,
    survives: "boot",
    check: script(stateScript, name, ...identity, ...parameters),
    probes: [script(factsScript, path)],
    decide: (seen, [told], place) => decide(seen, told, devicesFile(place.savedDirectory, name)),
  };
}

/** Where the devices a module brought are noted while it is loaded. */
export function devicesFile(savedDirectory: string, name: string): string {
  return `${savedDirectory}/module-${name}.devices`;
}

function decideOnPresent(name: string, seen: string): Decision {
  const [state = "", ...rest] = seen.split(" ");
  if (seen === "loaded") return satisfied;
  const unload = `unload it first, once nothing uses it: rmmod ${name}`;
  if (state === "loaded") {
    return impossible(`${name} is loaded already with ${rest.join(" ")}`, unload);
  }
  if (state === "stuck") {
    const reason = `${name} is neither loaded nor gone (${rest.join(" ")}): it has failed in the kernel`;
    return impossible(reason, "reboot the host");
  }
  if (state === "builtin") {
    return impossible(
      `${name} is built into the kernel that runs`,
      "boot a kernel that has it as a module, or not at all",
    );
  }
  const [source, build] = rest;
  return impossible(
    `another build of ${name} is loaded (srcversion ${source}, build id ${build})`,
    unload,
  );
}

function obstacleTo(
  module: Pick<ModuleFile, "release" | "sha256" | "vermagic">,
  path: string,
  told: string,
): Impossible | undefined {
  const [uid, running = "", disabled, digest = "-"] = told.trim().split("\n");
  if (running !== module.release) {
    return impossible(
      `${path} is built for the kernel ${module.release} (vermagic "${module.vermagic}"), but ${running} is running`,
      `build it against ${running}, or boot ${module.release}`,
    );
  }
  if (digest === "-") return impossible(`there is no file ${path}`, "copy the built module there");
  if (digest.split(" ")[0] !== module.sha256) {
    return impossible(
      `${path} is not the file that was built: its SHA-256 is another one`,
      "build the module again, or copy it again",
    );
  }
  if (uid !== "0") return impossible(`only root can load ${path}`, asRoot);
  if (disabled === "1") {
    return impossible(
      "the kernel takes no more modules (kernel.modules_disabled is 1)",
      "reboot the host, and keep what sets it from doing so",
    );
  }
  return undefined;
}
