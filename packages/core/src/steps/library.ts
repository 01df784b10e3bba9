import { z } from "zod";
import type { Step } from "../plan/step.js";
import { buildStep } from "./build.js";
import { checkStepOptions, hostPath, stepId } from "./options.js";

const schema = z.strictObject({
  name: z.string().regex(/^[A-Za-z0-9_][A-Za-z0-9_.-]*$/, "must be a plain name"),
  directory: hostPath,
  sources: z
    .array(z.string().regex(/^[A-Za-z0-9_./+@-]+$/, "must be a path below the directory"))
    .min(1, "must name a source"),
  compiler: z
    .string()
    .regex(/^[^-\0\n][^\0\n]*$/, "must name a program")
    .default("cc"),
  flags: z.array(z.string().regex(/^-[^\0\n]*$/, "must be a flag")).default([]),
  after: stepId.optional(),
});

/** A shared library to be built from sources that are on the host. */
export interface LibraryStepOptions {
  /** The library is `libNAME.so`. */
  readonly name: string;
  /** Absolute path of the sources; the library lies beside them. */
  readonly directory: string;
  /** Paths below the directory. */
  readonly sources: readonly string[];
  /** @default "cc" */
  readonly compiler?: string;
  /** Further flags, `-ldl` as well. @default none */
  readonly flags?: readonly string[];
  /** The step that brings the sources or the compiler. */
  readonly after?: string;
}

/**
 * Has a shared library built on the host, e.g. one that programs are started with by `preloads` of their
 * process specs; nothing is preloaded for anybody else. Built again as `buildStep` says. Throws
 * OPTIONS_INVALID.
 */
export function libraryStep(options: LibraryStepOptions): Step {
  const copied = { ...options, sources: [...options.sources], flags: [...(options.flags ?? [])] };
  const given = checkStepOptions(schema, copied, "library");
  const { name, directory, sources, compiler, flags, after } = given;
  const output = `lib${name}.so`;
  return buildStep({
    name: output,
    directory,
    argv: [compiler, "-shared", "-fPIC", "-O2", "-o", output, ...sources, ...flags],
    outputs: [output],
    ...(after === undefined ? {} : { after }),
  });
}

/** Where {@link libraryStep} leaves the library. */
export function libraryPath({
  name,
  directory,
}: Pick<LibraryStepOptions, "directory" | "name">): string {
  return `${directory}/lib${name}.so`;
}
