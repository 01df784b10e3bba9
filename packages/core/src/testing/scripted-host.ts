import { quoteArgv } from "../command/quote.js";
import { hoststackError } from "../errors/error.js";
import type { BatchCommand, BatchResult } from "../host/batch.js";
import type { Host } from "../host/host.js";
import type { Answer } from "../plan/step.js";

/** What a scripted host says: standard output alone, or a whole answer; a function is asked each time. */
export type ScriptedAnswer =
  | string
  | Partial<Answer>
  | ((command: BatchCommand) => string | Partial<Answer>);

/** A host that answers batches from a table and remembers them: plans are tested without machines. */
export interface ScriptedHost extends Host {
  /** Every batch it was sent: one round trip each. */
  readonly batches: readonly (readonly BatchCommand[])[];
  /** Paths and contents of `writeFile`. */
  readonly files: ReadonlyMap<string, string>;
}

/** What `hoststack-place` prints on a scripted host; machine, boot and state directory are made up. */
export const scriptedPlace = [
  "user 1000",
  "boot 11111111-2222-3333-4444-555555555555",
  "machine 0123456789abcdef0123456789abcdef",
  "netns net-4026531840-1",
  "state /state",
  "uptime 100.00",
  "",
].join("\n");

/** What the plan layer's own scripts print when all is well, by the name they are called. */
const ownAnswers: Readonly<Record<string, string>> = {
  "hoststack-place": scriptedPlace,
  "hoststack-take": "taken\n",
  "hoststack-beat": "beat\n",
  "hoststack-undo": "restored: a change\n",
  "hoststack-guard": "",
  "hoststack-release": "",
  "hoststack-list": "",
};

/**
 * Makes a host whose commands are answered from a table: keys are command lines as `quoteArgv` writes
 * them, or names of the plan layer's scripts (`hoststack-place`, `hoststack-take`, ...; they succeed
 * unless the table says otherwise), or `sh` for the scripts that apply steps (applied, by default). A
 * command that is in neither throws, so that a test sees what was asked.
 */
export function scriptedHost(
  table: Readonly<Record<string, ScriptedAnswer>> = {},
  name = "scripted",
): ScriptedHost {
  const batches: BatchCommand[][] = [];
  const files = new Map<string, string>();
  const answer = (command: BatchCommand): BatchResult => {
    const found = answerTo(table, command);
    const said = typeof found === "function" ? found(command) : found;
    const parts = typeof said === "string" ? { stdout: said } : said;
    return { command, exitCode: 0, stdout: "", stderr: "", ...parts };
  };
  const refuse = () => {
    throw hoststackError("HOST_UNREACHABLE", `${name} is scripted: it answers batches only`);
  };
  return {
    name,
    machine: { id: name },
    transport: { kind: "local", start: refuse, [Symbol.asyncDispose]: () => Promise.resolve() },
    batches,
    files,
    start: refuse,
    run: (command) => {
      const { exitCode, stdout, stderr } = answer(command);
      const end = { signal: undefined, timedOut: false, aborted: false, durationMs: 0 };
      return Promise.resolve({
        ...end,
        command,
        exitCode,
        stdout,
        stderr,
        host: name,
        ok: exitCode === 0,
      });
    },
    batch: (commands, options = {}) => {
      batches.push([...commands]);
      const results: BatchResult[] = [];
      for (const command of commands) {
        const result = answer(command);
        results.push(result);
        if (options.stopOnFailure === true && result.exitCode !== 0) break;
      }
      return Promise.resolve(results);
    },
    readFile: refuse,
    writeFile: (path, content) => {
      files.set(path, Buffer.from(content as Uint8Array).toString());
      return Promise.resolve();
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

function answerTo(
  table: Readonly<Record<string, ScriptedAnswer>>,
  command: BatchCommand,
): ScriptedAnswer {
  const line = quoteArgv(command.argv);
  const [file, option, , script = ""] = command.argv;
  const own = file === "sh" && option === "-c" ? script : line;
  const found = table[line] ?? table[own] ?? ownAnswers[own];
  if (found !== undefined) return found;
  if (line === "sh" && command.stdin !== undefined) return "applied -\n";
  throw new Error(`the scripted host has no answer to: ${line}`);
}
