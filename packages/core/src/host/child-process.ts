import { type ChildProcess, spawn } from "node:child_process";
import { performance } from "node:perf_hooks";
import type { Readable, Writable } from "node:stream";
import type { Command } from "../command/command.js";
import { checkCommand, launchedPid } from "../command/launch.js";
import { hoststackError } from "../errors/error.js";
import { holdOutput } from "./held-output.js";
import { type Ending, StartedProcess } from "./started-process.js";
import type { StartOptions } from "./transport.js";

/** A command of this machine and the argv that launches it. */
export interface ChildLaunch {
  readonly command: Command;
  /** Runs `launchText` with its report on descriptor 3. */
  readonly argv: readonly [string, ...string[]];
  /** The host's name in messages. */
  readonly where: string;
  /** Id of the command's process group as this machine sees it, given the child's. @default the child's */
  readonly groupOf?: (pid: number) => number;
}

/**
 * Starts a child in a process group of its own and waits until it has become its program. Throws as
 * `Transport.start` does.
 */
export async function startChild(
  launch: ChildLaunch,
  options: StartOptions,
): Promise<StartedProcess> {
  const startedAt = performance.now();
  const { command } = launch;
  checkCommand(command);
  const child = spawnDetached(launch);
  const ended = endOf(child);
  const release = holdOutput(child, [child.stdout, child.stderr].filter(Boolean));
  const pid = await becomeProgram(child, launch).finally(release);
  const group = launch.groupOf?.(child.pid) ?? child.pid;
  const gone = groupWatch(child, group);
  const process = new StartedProcess(
    {
      command,
      pid,
      stdin: child.stdin,
      stdout: child.stdout,
      stderr: child.stderr,
      startedAt,
      ended,
      signalGroup: (signal) => {
        if (!gone()) signalGroup(group, signal);
      },
      abandon: () => {
        child.stdout.destroy();
        child.stderr.destroy();
      },
    },
    options,
  );
  if (options.deadlineMs !== undefined) {
    process.passDeadlineAfter(options.deadlineMs - (performance.now() - startedAt));
  }
  return process;
}

/** The program's process id as its host sees it, once the shell has looked it up. */
async function becomeProgram(child: PipedChild, launch: ChildLaunch): Promise<number> {
  const report = await readReport(child, launch);
  try {
    return launchedPid(launch.command, launch.where, report);
  } catch (error) {
    child.stdin.destroy();
    // Unread output would keep the child's streams open.
    child.stdout.resume();
    child.stderr.resume();
    throw error;
  }
}

interface PipedChild extends ChildProcess {
  readonly pid: number;
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
}

function spawnDetached({ argv, command, where }: ChildLaunch): PipedChild {
  try {
    const child = spawn(argv[0], argv.slice(1), {
      detached: true,
      env: { ...process.env, ...command.env },
      stdio: ["pipe", "pipe", "pipe", "pipe"],
    }) as PipedChild;
    // Input left over when a program ends is nobody's error.
    child.stdin?.on("error", () => {});
    return child;
  } catch (cause) {
    throw notStarted({ command, where, cause });
  }
}

function notStarted(at: { command: Command; where: string; cause: unknown }): Error {
  const { command, where, cause } = at;
  const why = cause instanceof Error ? cause.message : String(cause);
  return hoststackError(
    "COMMAND_FAILED",
    `"${command.argv[0]}" could not be started on ${where}: ${why}`,
    { cause, details: { program: command.argv[0], host: where } },
  );
}

/** The first line on descriptor 3, or why there is none. */
async function readReport(child: PipedChild, launch: ChildLaunch): Promise<string> {
  const failed = new Promise<never>((_, reject) => {
    child.once("error", (cause: NodeJS.ErrnoException) => {
      const [file] = launch.argv;
      const error =
        cause.code === "ENOENT"
          ? hoststackError("TOOL_MISSING", `"${file}" is not installed on this machine`, {
              cause,
              remedy: `install the package that holds "${file}" (on Debian: util-linux)`,
            })
          : notStarted({ command: launch.command, where: launch.where, cause });
      reject(error);
    });
  });
  const pipe = child.stdio[3] as Readable;
  const report = (async () => {
    let text = "";
    for await (const chunk of pipe) {
      text += String(chunk);
      if (text.includes("\n")) break;
    }
    return text.trim();
  })();
  // A child that never was has an empty report as well.
  return child.pid === undefined ? await failed : await Promise.race([report, failed]);
}

function endOf(child: PipedChild): Promise<Ending> {
  return new Promise((resolve) => {
    child.once("close", (exitCode: number | null, signal: string | null) =>
      resolve({ exitCode: exitCode ?? undefined, signal: signal ?? undefined }),
    );
  });
}

/** Says whether the group is gone: its id may then belong to a stranger and must not be signalled. */
function groupWatch(child: PipedChild, group: number): () => boolean {
  const ended = () => child.exitCode !== null || child.signalCode !== null;
  let gone = ended() && !signalGroup(group, 0);
  child.once("exit", () => {
    // While a member lives its group's id cannot be given to another process.
    gone = !signalGroup(group, 0);
  });
  return () => gone;
}

function signalGroup(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-pid, signal);
  } catch {
    return false;
  }
}
