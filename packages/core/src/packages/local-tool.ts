import { spawn } from "node:child_process";
import type { Readable } from "node:stream";
import { hoststackError } from "../errors/error.js";
import { diesWithOwner } from "../host/owned.js";

/** Most output kept, in bytes; a program that says more is ended and has failed. */
const mostBytes = 512 * 1024 * 1024;

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

/** The same with what it printed as bytes. */
export interface LocalBytes extends Omit<LocalResult, "stdout"> {
  readonly stdout: Buffer;
}

/**
 * Runs a program of this computer, in the C locale, so that it dies with us; both outputs come without
 * their last line end. Throws INTERRUPTED when the signal fires, once the program and all it started are
 * gone, and TOOL_MISSING when there is no such program; other failures are in the result.
 */
export async function runLocalTool(tool: LocalTool): Promise<LocalResult> {
  const { stdout, ...result } = await runLocalToolForBytes(tool);
  return { ...result, stdout: withoutLineEnd(stdout) };
}

/** As {@link runLocalTool}, with standard output as it is. */
export async function runLocalToolForBytes(tool: LocalTool): Promise<LocalBytes> {
  if (tool.signal?.aborted) throw interrupted(tool);
  const [file, ...args] = diesWithOwner(tool.argv);
  const child = spawn(file, args, {
    ...(tool.cwd === undefined ? {} : { cwd: tool.cwd }),
    // a process group of its own: apt and dpkg-deb have children that outlive their parent's death
    detached: true,
    env: { ...process.env, ...tool.env, LC_ALL: "C" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const stop = () => killGroup(child.pid);
  tool.signal?.addEventListener("abort", stop, { once: true });
  const [stdout, stderr] = [collected(child.stdout, stop), collected(child.stderr, stop)];
  // comes when the output streams are closed, which every process of the group holds open
  const exitCode = await new Promise<number | null>((resolve) => {
    child.once("error", () => resolve(127));
    child.once("close", resolve);
  });
  tool.signal?.removeEventListener("abort", stop);
  if (tool.signal?.aborted) throw interrupted(tool);
  if (exitCode === 127) {
    throw hoststackError("TOOL_MISSING", `there is no ${tool.argv[0]} on this computer`, {
      details: { stderr: withoutLineEnd(stderr()) },
    });
  }
  return { ok: exitCode === 0, stdout: stdout(), stderr: withoutLineEnd(stderr()) };
}

/** Collects a stream; calls `tooMuch` when it says more than is kept. */
function collected(stream: Readable, tooMuch: () => void): () => Buffer {
  const chunks: Buffer[] = [];
  let bytes = 0;
  stream.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > mostBytes) tooMuch();
    else chunks.push(chunk);
  });
  return () => Buffer.concat(chunks);
}

const withoutLineEnd = (text: Buffer): string => text.toString("utf8").replace(/\n$/, "");

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
