import { isAbsolute, normalize } from "node:path/posix";
import { z } from "zod";
import { hoststackError } from "../errors/error.js";

/** Checks the options of a step; throws OPTIONS_INVALID naming the field. */
export function checkStepOptions<S extends z.ZodType>(
  schema: S,
  options: z.input<S>,
  step: string,
): z.output<S> {
  const outcome = schema.safeParse(options);
  if (outcome.success) return outcome.data;
  const issue = outcome.error.issues[0];
  const field = issue?.path.join(".") ?? "";
  throw hoststackError(
    "OPTIONS_INVALID",
    `${step} step: ${field === "" ? "" : `"${field}": `}${issue?.message ?? "not as expected"}`,
    { details: { step, field } },
  );
}

/** A path on the host: absolute and plain, so that no script can take it for a flag. */
export const hostPath = z
  .string()
  .refine(
    isPlainPath,
    "must be an absolute path without `..`, `//`, line breaks or a slash at its end",
  );

function isPlainPath(path: string): boolean {
  const plain = isAbsolute(path) && normalize(path) === path && path.length > 1;
  return plain && !path.endsWith("/") && !hasControlCharacter(path);
}

function hasControlCharacter(text: string): boolean {
  return [...text].some((character) => character < " " || character === "\u007f");
}

/** Permission bits, `0o755`. */
export const fileMode = z.number().int().min(0).max(0o7777);

/** Text a batch can carry to a standard input. */
export const inputText = z
  .string()
  .refine((text) => !text.includes("\0"), "must not hold a NUL byte")
  .refine((text) => Buffer.from(text).toString() === text, "must be text that UTF-8 can carry");

/** The id of a step that has to be done before this one can be decided. */
export const stepId = z.string().min(1);

/** A tuning step's lifetime. */
export const lifetime = z.enum(["kept", "scoped"]).default("scoped");

/** SHA-256 as 64 hexadecimal digits. */
export const sha256Hex = z
  .string()
  .regex(/^[0-9a-fA-F]{64}$/, "must be a SHA-256 of 64 hexadecimal digits")
  .toLowerCase();
