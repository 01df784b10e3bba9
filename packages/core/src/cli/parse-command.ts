import { createReadStream } from "node:fs";
import { open, stat } from "node:fs/promises";
import { createInterface } from "node:readline";
import { detectParser, isHoststackError } from "@hoststack/tools";
import { exitCodes } from "../errors/catalogue.js";
import { exitCodeOf, hoststackError } from "../errors/error.js";
import type { System } from "../system/system.js";
import { errorLines } from "./error-lines.js";
import { parseFlags } from "./flags.js";
import { parseHelp } from "./help.js";
import { parseFlagList } from "./parse-flags.js";
import type { Terminal } from "./terminal.js";

/** Enough of a file to tell which tool wrote it. */
const headBytes = 16_384;

/** What the system says of a file, without the name of the call. */
const reasonOf = (cause: unknown): string =>
  ({ ENOENT: "there is no such file", EACCES: "permission denied" })[
    (cause as NodeJS.ErrnoException).code ?? ""
  ] ?? String(cause);

async function checkFile(path: string): Promise<void> {
  const found = await stat(path).catch((cause: unknown) => {
    throw hoststackError("OPTIONS_INVALID", `${path} cannot be read: ${reasonOf(cause)}`, {
      cause,
    });
  });
  if (found.isFile()) return;
  const kind = found.isDirectory() ? "a directory" : "not a regular file";
  throw hoststackError("OPTIONS_INVALID", `${path} is ${kind}`, {
    remedy: found.isDirectory() ? "name the files in it" : "save the output to a file first",
  });
}

async function head(path: string): Promise<string> {
  await checkFile(path);
  const file = await open(path, "r").catch((cause: unknown) => {
    throw hoststackError("OPTIONS_INVALID", `${path} cannot be read: ${reasonOf(cause)}`, {
      cause,
    });
  });
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(headBytes), 0, headBytes, 0);
    return buffer.subarray(0, bytesRead).toString("utf8");
  } finally {
    await file.close();
  }
}

async function parseFile({ outputs = [] }: System, path: string): Promise<unknown> {
  const beginning = await head(path);
  if (beginning.trim() === "") throw hoststackError("PARSE_FAILED", `${path} is empty`);
  const own = outputs.find(({ sign }) => sign.test(beginning));
  const detected = own ?? detectParser(beginning);
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

/** Parses files one by one; a file that cannot be read or parsed does not hide the others. */
async function parseFiles(system: System, paths: readonly string[], terminal: Terminal) {
  const results: unknown[] = [];
  let failure: { readonly error: unknown } | undefined;
  for (const path of paths) {
    try {
      results.push(await parseFile(system, path));
    } catch (error) {
      failure ??= { error };
      for (const line of errorLines(error, terminal.err.columns)) terminal.err.line(line);
    }
  }
  return { results, failure };
}

/** `parse FILE...`: prints what saved outputs hold, one JSON object a line. Returns the exit code. */
export async function parseCommand(
  system: System,
  argv: readonly string[],
  terminal: Terminal,
): Promise<number> {
  const { words, values } = parseFlags(argv, parseFlagList);
  if (values["help"] === true) {
    terminal.out.line(parseHelp(system));
    return exitCodes.ok;
  }
  if (words.length === 0) {
    throw hoststackError("OPTIONS_INVALID", "parse needs the files to read", {
      remedy: `${system.name} parse --help says more`,
    });
  }
  const { results, failure } = await parseFiles(system, words, terminal);
  if (values["json"] === true) terminal.out.line(JSON.stringify(results, null, 2));
  else for (const result of results) terminal.out.line(JSON.stringify(result));
  if (failure === undefined) return exitCodes.ok;
  return results.length > 0 ? exitCodes.partial : exitCodeOf(failure.error);
}
