import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { createInterface } from "node:readline";
import { detectParser, isHoststackError } from "@hoststack/tools";
import { exitCodes } from "../errors/catalogue.js";
import { exitCodeOf, hoststackError } from "../errors/error.js";
import { errorLines } from "./error-lines.js";
import { parseFlags } from "./flags.js";
import type { Terminal } from "./terminal.js";

/** Enough of a file to tell which tool wrote it. */
const headBytes = 16_384;

async function head(path: string): Promise<string> {
  const file = await open(path, "r").catch((cause: unknown) => {
    throw hoststackError("OPTIONS_INVALID", `${path} cannot be read`, { cause });
  });
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(headBytes), 0, headBytes, 0);
    return buffer.subarray(0, bytesRead).toString("utf8");
  } finally {
    await file.close();
  }
}

async function parseFile(path: string): Promise<unknown> {
  const detected = detectParser(await head(path));
  if (detected === undefined) {
    throw hoststackError("PARSE_FAILED", `${path}: not an output of a tool known here`);
  }
  const lines = createInterface({
    input: createReadStream(path),
    crlfDelay: Number.POSITIVE_INFINITY,
  });
  const { tool, parser } = detected;
  try {
    const result = await parser.parseLines(lines);
    return { file: path, tool, parser: { name: parser.name, version: parser.version }, result };
  } catch (cause) {
    if (!isHoststackError(cause)) throw cause;
    throw hoststackError("PARSE_FAILED", `${path}: ${cause.message}`, { cause });
  }
}

const flags = [
  { name: "json", property: "json", type: "boolean" as const, description: "one JSON array" },
];

/** Parses files one by one; a file that cannot be read or parsed does not hide the others. */
async function parseFiles(paths: readonly string[], terminal: Terminal) {
  const results: unknown[] = [];
  let failure: { readonly error: unknown } | undefined;
  for (const path of paths) {
    try {
      results.push(await parseFile(path));
    } catch (error) {
      failure ??= { error };
      for (const line of errorLines(error)) terminal.err(line);
    }
  }
  return { results, failure };
}

/** `parse FILE...`: prints what saved outputs hold, one JSON object a line. Returns the exit code. */
export async function parseCommand(argv: readonly string[], terminal: Terminal): Promise<number> {
  const { words, values } = parseFlags(argv, flags);
  if (words.length === 0) {
    throw hoststackError("OPTIONS_INVALID", "parse needs the files to read");
  }
  const { results, failure } = await parseFiles(words, terminal);
  if (values["json"] === true) terminal.out(JSON.stringify(results, null, 2));
  else for (const result of results) terminal.out(JSON.stringify(result));
  if (failure === undefined) return exitCodes.ok;
  return results.length > 0 ? exitCodes.partial : exitCodeOf(failure.error);
}
