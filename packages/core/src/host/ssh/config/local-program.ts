import { type ExecFileException, execFile } from "node:child_process";
import { hoststackError } from "../../../errors/error.js";

/** How a short program on this machine ended. */
export interface ProgramResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A short program of OpenSSH on this machine. */
export interface ProgramRun {
  readonly argv: readonly [file: string, ...args: string[]];
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs: number;
}

/**
 * Runs a program of OpenSSH to its end, without input. Throws TOOL_MISSING when it is not installed
 * here, INTERRUPTED, and COMMAND_TIMED_OUT.
 */
export function runProgram(run: ProgramRun): Promise<ProgramResult> {
  const [file, ...args] = run.argv;
  return new Promise((resolve, reject) => {
    const settings = { signal: run.signal, timeout: run.timeoutMs, encoding: "utf8" } as const;
    const child = execFile(file, args, settings, (error, stdout, stderr) => {
      if (error === null) return resolve({ exitCode: 0, stdout, stderr });
      if (typeof error.code === "number") return resolve({ exitCode: error.code, stdout, stderr });
      reject(failure(run, error));
    });
    child.stdin?.end();
  });
}

function failure(run: ProgramRun, cause: ExecFileException): Error {
  const [file] = run.argv;
  if (run.signal?.aborted) {
    return hoststackError("INTERRUPTED", `stopped while ${file} was running`, { cause });
  }
  if (cause.code === "ENOENT") {
    return hoststackError("TOOL_MISSING", `${file} is not installed on this machine`, {
      cause,
      remedy: "install the OpenSSH client (Debian: openssh-client)",
    });
  }
  if (cause.killed === true) {
    return hoststackError("COMMAND_TIMED_OUT", `${file} did not end in ${run.timeoutMs} ms`, {
      cause,
      remedy: "look at the Match exec lines of the ssh configuration",
    });
  }
  return hoststackError("COMMAND_FAILED", `${file}: ${cause.message}`, { cause });
}
