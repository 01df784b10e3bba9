import { z } from "zod";
import type { Answer, Decision, Step } from "../plan/step.js";
import {
  buildObstacleScript,
  buildScript,
  buildStateScript,
  unbuildScript,
} from "./build/scripts.js";
import { impossible, noAnswer, notBefore, satisfied } from "./decisions.js";
import { checkStepOptions, hostPath, stepId } from "./options.js";
import { script } from "./script.js";

const output = z
  .string()
  .regex(/^[^\0\n/-][^\0\n]*$/, "must be a path below the directory")
  .refine((path) => !path.split("/").includes(".."), "must be a path below the directory");
const argv = z.tuple(
  [z.string().regex(/^[^-\0][^\0]*$/, "must name a program")],
  z.string().regex(/^[^\0]*$/, "must not hold a NUL byte"),
);

const schema = z.strictObject({
  name: z.string().regex(/^[A-Za-z0-9_][A-Za-z0-9_.-]*$/, "must be a plain name"),
  directory: hostPath,
  argv,
  outputs: z.array(output).min(1, "must name what the build makes"),
  cleanArgv: argv.optional(),
  forRunningKernel: z.boolean().default(false),
  after: stepId.optional(),
});

/** Something to be built on the host, from sources that are there. */
export interface BuildStepOptions {
  /** Unique among the builds in this directory. */
  readonly name: string;
  /** Absolute path of the sources; the build runs there. */
  readonly directory: string;
  /** What builds it, no shell text: `["make", "-j8"]`. */
  readonly argv: readonly [string, ...string[]];
  /** Paths below the directory that are there after the build. */
  readonly outputs: readonly string[];
  /** Removes what the build leaves besides its outputs. @default nothing does */
  readonly cleanArgv?: readonly [string, ...string[]];
  /** What is built holds for the kernel release that runs, as a module does. @default false */
  readonly forRunningKernel?: boolean;
  /** The step that brings the sources or the compiler. */
  readonly after?: string;
}

/**
 * Has something built on the host. It is built again when a source (by the usual names of C and C++,
 * make, kbuild, CMake, meson and autotools), an output, the command, the compiler or, where it matters,
 * the running kernel is another one than it was; an interrupted build is gone on from. Outputs that no
 * step has built are never overwritten. The output goes to `.hoststack-build/NAME.log`, and its
 * first error into that of the step. Throws OPTIONS_INVALID.
 */
export function buildStep(options: BuildStepOptions): Step {
  const { cleanArgv: clean, ...others } = options;
  const copied = {
    ...others,
    argv: mutable(options.argv),
    outputs: [...options.outputs],
    ...(clean && { cleanArgv: mutable(clean) }),
  };
  const given = checkStepOptions(schema, copied, "build");
  const { name, directory, outputs, cleanArgv = [], after } = given;
  const place = [directory, name, outputs.join("\n"), given.forRunningKernel ? "yes" : "no"];
  const decide = (seen: Answer, [obstacle]: readonly Answer[]): Decision => {
    if (seen.exitCode !== 0) return noAnswer(directory, seen);
    if (seen.stdout === "built\n") return satisfied;
    const where = outputs.map((path) => `${directory}/${path}`).join(", ");
    if (seen.stdout === "foreign\n") {
      return impossible(`${where}: there already, and no step has built it`, "move it away");
    }
    const words = obstacle?.stdout.trim() ?? "";
    if (words !== "") return notBefore(after, impossible(words, "bring it there first"));
    return {
      state: "needed",
      wanted: "built\n",
      actions: [script(buildScript, ...place, ...given.argv)],
      undo: [script(unbuildScript, ...place, ...cleanArgv)],
      diff: `${where}: built by ${given.argv.join(" ")}`,
    };
  };
  return {
    id: `build:${directory}/${name}`,
    title: `build ${name} in ${directory}`,
    scope: "machine",
    lifetime: "kept",
    survives: "reboot",
    partial: "ours",
    check: script(buildStateScript, ...place, ...given.argv),
    probes: [script(buildObstacleScript, directory, given.argv[0])],
    decide,
  };
}

const mutable = ([program, ...args]: readonly [string, ...string[]]): [string, ...string[]] => [
  program,
  ...args,
];
