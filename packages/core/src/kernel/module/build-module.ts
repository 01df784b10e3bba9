import { createHash } from "node:crypto";
import { hoststackError } from "../../errors/error.js";
import type { Host } from "../../host/host.js";
import { script } from "../../steps/script.js";
import { CompileLog } from "../build/compile-log.js";
import {
  type BuildModuleOptions,
  compilerFlags,
  kernelArguments,
  type ModuleRecipe,
  moduleRecipe,
} from "./build-options.js";
import { buildScript, buildStateScript } from "./build-scripts.js";
import { type BuiltModule, parseBuiltModule, parseLines } from "./built-module.js";
import { givenFiles, originalCommands, putGivenFiles } from "./given-files.js";

/** Raised when modules must be built anew though nothing they are made of changed. */
const formatVersion = 1;
const buildDeadlineMs = 1_800_000;
const sourceDirectory = ({ source }: ModuleRecipe) =>
  "directory" in source ? source.directory : "";

/** A module and whether it had to be built. */
export interface ModuleBuild {
  readonly module: BuiltModule;
  /** Nothing it is made of had changed since the last build in that directory. */
  readonly unchanged: boolean;
  /** The compiler's whole output, on the host. */
  readonly log: string;
}

/**
 * Builds a kernel module outside the kernel's tree, on the host, in a copy of its sources. Nothing is done
 * when sources, edits, flags, kernel and compiler are those of the last build in that directory and its
 * module is still there; otherwise only what changed is compiled, or everything after a build that was cut.
 *
 * Throws OPTIONS_INVALID, also for an edit that does not fit; TOOL_MISSING without compiler or headers;
 * MODULE_BUILD_FAILED with the first error; COMMAND_TIMED_OUT, INTERRUPTED, HOST_UNREACHABLE.
 */
export async function buildModule(host: Host, options: BuildModuleOptions): Promise<ModuleBuild> {
  const recipe = moduleRecipe(options);
  const { signal } = options;
  const arguments_ = [...kernelArguments(recipe), recipe.directory, sourceDirectory(recipe)];
  const [told, ...originals] = await host.batch(
    [script(buildStateScript, ...arguments_), ...originalCommands(recipe)],
    signal === undefined ? {} : { signal },
  );
  const state = parseLines(told?.stdout ?? "");
  checkState(host, recipe, state);
  const files = givenFiles(
    recipe,
    originals.map(({ exitCode, stdout }) => (exitCode === 0 ? stdout : undefined)),
  );
  const flags = compilerFlags(recipe);
  const inputs = ["source", "headers", "compiler", "kernel"].map((word) => state.get(word) ?? "");
  const key = digestOf([formatVersion, recipe.name, flags, inputs, files]);
  const log = `${recipe.directory}/build.log`;
  const before = parseBuiltModule(state);
  if (before !== undefined && state.get("key") === key) {
    return { module: before, unchanged: true, log };
  }
  await putGivenFiles(host, `${recipe.directory}/given-${key}`, files);
  const result = await host.run(
    script(buildScript, ...arguments_, recipe.name, key, flags, state.get("source") ?? ""),
    {
      deadlineMs: options.deadlineMs ?? buildDeadlineMs,
      reject: false,
      ...(signal === undefined ? {} : { signal }),
    },
  );
  if (signal?.aborted) {
    const text = `the build of ${recipe.name} on ${host.name} was stopped`;
    throw hoststackError("INTERRUPTED", text, { cause: signal.reason });
  }
  const module = parseBuiltModule(parseLines(result.stdout));
  if (!result.ok || module === undefined) throw buildError({ host, recipe, log }, result);
  checkRelease(host, recipe, module);
  return { module, unchanged: false, log };
}

function digestOf(data: unknown): string {
  return createHash("sha256").update(JSON.stringify(data)).digest("hex").slice(0, 20);
}

function checkState(host: Host, recipe: ModuleRecipe, state: ReadonlyMap<string, string>): void {
  const { against } = recipe;
  const missing = state.get("missing");
  const details = { host: host.name };
  if (missing !== undefined) {
    throw hoststackError(
      "TOOL_MISSING",
      `modules are built with ${missing}: ${host.name} has none`,
      {
        remedy: `install compiler, binutils and make on ${host.name} (build-essential on Debian and Ubuntu)`,
        details: { ...details, program: missing },
      },
    );
  }
  if (state.has("missing-source")) {
    const text = `module build: "source.directory": ${host.name} has no ${state.get("missing-source")}`;
    throw hoststackError("OPTIONS_INVALID", text, { details: { field: "source.directory" } });
  }
  if (!state.has("kernel")) {
    const text = `${host.name} has nothing to build modules for the kernel ${against.release} with`;
    const remedy =
      "directory" in against
        ? `build the kernel with its build directory kept, or copy it along: ${against.directory}/build`
        : `install the kernel's headers (linux-headers-${against.release} on Debian and Ubuntu), or name where they are unpacked`;
    throw hoststackError("TOOL_MISSING", text, { remedy, details });
  }
  const release = state.get("release");
  if (release === undefined || release === against.release) return;
  const text = `module build: "against": the headers are of the kernel ${release}, not ${against.release}`;
  throw hoststackError("OPTIONS_INVALID", text, { details: { field: "against" } });
}

function buildError(
  { host, recipe, log }: { host: Host; recipe: ModuleRecipe; log: string },
  result: { readonly stdout: string; readonly stderr: string; readonly timedOut: boolean },
): Error {
  const where = `the module ${recipe.name} on ${host.name}`;
  if (result.timedOut) {
    const text = `${where} was not built in time`;
    return hoststackError("COMMAND_TIMED_OUT", text, { remedy: `look at ${log}` });
  }
  const compiled = new CompileLog();
  compiled.push(`${result.stdout}\n`);
  const firstError = compiled.firstError ?? result.stderr.trim();
  return hoststackError("MODULE_BUILD_FAILED", `${where} does not build: ${firstError}`, {
    remedy: `correct it in the sources or by edits; the whole log is ${log} on ${host.name}`,
    details: { host: host.name, log, firstError },
  });
}

function checkRelease(host: Host, { against, name }: ModuleRecipe, module: BuiltModule): void {
  if (module.release === against.release) return;
  const text = `the module ${name} on ${host.name} came out for the kernel ${module.release}, not ${against.release}`;
  throw hoststackError("MODULE_BUILD_FAILED", text, {
    remedy: "keep its makefile from choosing a kernel by itself",
    details: { host: host.name, vermagic: module.vermagic },
  });
}
