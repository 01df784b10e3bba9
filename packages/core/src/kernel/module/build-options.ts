import { isAbsolute, normalize } from "node:path/posix";
import { z } from "zod";
import { quoteArgv } from "../../command/quote.js";
import { hoststackError } from "../../errors/error.js";
import type { BuiltKernel } from "../built.js";

/** Headers of a kernel that was not built here. */
export interface KernelHeaders {
  /** What `uname -r` says of the kernel. */
  readonly release: string;
  /**
   * Where packages with the headers were unpacked, nothing of them installed: `usr/src/linux-headers-RELEASE`
   * is below it. @default they are installed, as /lib/modules/RELEASE/build
   */
  readonly tree?: string;
}

/** A literal text of a source to be replaced before it is built. */
export interface SourceEdit {
  readonly pattern: string;
  readonly replacement: string;
  /** How often the pattern has to be there. @default 1 */
  readonly count?: number;
}

/** A module to be built, as data. */
export interface BuildModuleOptions {
  /** Name of the `.ko` its makefile makes, without the ending. */
  readonly name: string;
  /** A directory on the host, never written to; or the files themselves, by their path in it. */
  readonly source:
    | { readonly directory: string }
    | { readonly files: Readonly<Record<string, string>> };
  readonly against: BuiltKernel | KernelHeaders;
  /** Absolute path on the host without spaces: copy of the source, objects and log of this module; made where it is missing. */
  readonly directory: string;
  /** Macros for the preprocessor; `true` is one without a value. Text is C, so a string has its quotes. @default none */
  readonly defines?: Readonly<Record<string, number | string | true>>;
  /** Further flags for the compiler, no shell text. @default none */
  readonly flags?: readonly string[];
  /** Made in the copy, by the path of the file. @default none */
  readonly edits?: Readonly<Record<string, readonly SourceEdit[]>>;
  /** Ends the build (COMMAND_TIMED_OUT). @default 1_800_000 */
  readonly deadlineMs?: number;
  /** Ends the build (INTERRUPTED); the next one begins it anew. */
  readonly signal?: AbortSignal;
}

const isPlain = (path: string) => isAbsolute(path) && normalize(path) === path;
const directory = z.string().refine(isPlain, "must be an absolute, normal path");
const file = z
  .string()
  .regex(/^[A-Za-z0-9_.+@-]+(\/[A-Za-z0-9_.+@-]+)*$/, "must be a path below the sources")
  .refine((path) => !path.split("/").includes(".."), "must be a path below the sources");
const release = z.string().regex(/^[A-Za-z0-9_.+~-]+$/, "must be a kernel's release");
const text = z.string().refine((one) => !one.includes("\0"), "must not hold a NUL byte");
/** What neither make nor the shell it calls take for more than a character of a word. */
const word = z.string().regex(/^[^\n\0$#\\]+$/, "must hold no line break, $, # or backslash");

const schema = z.strictObject({
  name: z.string().regex(/^[A-Za-z0-9_][A-Za-z0-9_-]*$/, "must be a module's name"),
  source: z.union([z.strictObject({ directory }), z.strictObject({ files: z.record(file, text) })]),
  against: z.union([
    z.object({ release, directory, configSha256: z.string() }),
    z.strictObject({ release, tree: directory.optional() }),
  ]),
  // kbuild takes spaces and colons for ends of names
  directory: directory.regex(/^[^\s:]+$/, "must hold no space or colon"),
  defines: z
    .record(
      z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "must be a macro's name"),
      z.union([z.number(), word, z.literal(true)]),
    )
    .default({}),
  flags: z.array(word).default([]),
  edits: z
    .record(
      file,
      z.array(
        z.strictObject({
          pattern: text.min(1),
          replacement: text,
          count: z.int().positive().default(1),
        }),
      ),
    )
    .default({}),
});

/** Checked options. */
export type ModuleRecipe = z.output<typeof schema>;

/** Checks what is to be built; throws OPTIONS_INVALID naming the field. */
export function moduleRecipe(options: BuildModuleOptions): ModuleRecipe {
  const { deadlineMs, signal, ...recipe } = options;
  const outcome = schema.safeParse(recipe);
  if (outcome.success) return outcome.data;
  const issue = outcome.error.issues[0];
  const field = issue?.path.join(".") ?? "";
  throw hoststackError(
    "OPTIONS_INVALID",
    `module build: ${field === "" ? "" : `"${field}": `}${issue?.message ?? "not as expected"}`,
    { details: { field } },
  );
}

/** The compiler's flags as text that make hands to a shell. */
export function compilerFlags({ defines, flags }: Pick<ModuleRecipe, "defines" | "flags">): string {
  const macros = Object.entries(defines).map(([name, value]) =>
    value === true ? `-D${name}` : `-D${name}=${value}`,
  );
  return quoteArgv([...macros, ...flags]);
}

/** The arguments that name a kernel to the build's scripts: how it is there, where, and its release. */
export function kernelArguments({ against }: Pick<ModuleRecipe, "against">): readonly string[] {
  if ("directory" in against) return ["built", against.directory, against.release];
  if (against.tree === undefined) return ["installed", "", against.release];
  return ["unpacked", against.tree, against.release];
}
