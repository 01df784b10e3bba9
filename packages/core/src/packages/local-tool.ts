import { execa } from "execa";
import { hoststackError } from "../errors/error.js";
import { diesWithOwner } from "../host/owned.js";

/** A program of this computer, run to its end. */
export interface LocalTool {
  readonly argv: readonly [string, ...string[]];
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Ends the program. */
  readonly signal?: AbortSignal | undefined;
}

/** How a program of this computer ended. */
export interface LocalResult {
  readonly ok: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a program of this computer, in the C locale, so that it dies with us. Throws INTERRUPTED when
 * the signal fires, once the program and all it started are gone, and TOOL_MISSING when there is no
 * such program; other failures are in the result.
 */
export async function runLocalTool(tool: LocalTool): Promise<LocalResult> {
  if (tool.signal?.aborted) throw interrupted(tool);
  const [file, ...args] = diesWithOwner(tool.argv);
  const running = execa(file, args, {
    ...(tool.cwd === undefined ? {} : { cwd: tool.cwd }),
    // a process group of its own: apt and dpkg-deb have children that outlive their parent's death
    detached: true,
    env: { ...tool.env, LC_ALL: "C" },
    maxBuffer: 64 * 1024 * 1024,
    reject: false,
    stdin: "ignore",
  });
  const stop = () => killGroup(running.pid);
  tool.signal?.addEventListener("abort", stop, { once: true });
  // settles when the output streams are closed, which every process of the group holds open
  const result = await running;
  tool.signal?.removeEventListener("abort", stop);
  if (tool.signal?.aborted) throw interrupted(tool);
  if (result.exitCode === 127 || result.code === "ENOENT") {
    throw hoststackError("TOOL_MISSING", `there is no ${tool.argv[0]} on this computer`, {
      cause: result,
    });
  }
  return { ok: !result.failed, stdout: result.stdout, stderr: result.stderr };
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // it has ended by itself
  }
}

function interrupted(tool: LocalTool) {
  return hoststackError("INTERRUPTED", `${tool.argv[0]} was stopped`, {
    cause: tool.signal?.reason,
  });
}
