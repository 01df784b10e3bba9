// @ts-check
import { spawn } from "node:child_process";

const keptCharacters = 64 * 1024;

/**
 * How a child ended and the last part of what it printed.
 * @typedef {{ code: number, output: string }} ChildResult
 */

/**
 * Runs a program with its output kept back.
 * @param {readonly string[]} argv
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, foreground?: boolean, signal?: AbortSignal }} [options]
 *   foreground: stay with the terminal (sudo asks there); signal: kill the child when it fires
 * @returns {Promise<ChildResult>}
 */
export function runChild([program = "", ...args], options = {}) {
  const child = spawn(program, args, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    // a session of its own: Ctrl-C reaches this script, which then decides about its children
    detached: options.foreground !== true,
    stdio: [options.foreground === true ? "inherit" : "ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (text) => {
      output = (output + text).slice(-keptCharacters);
    });
  }
  const kill = () => endGroup(child.pid);
  options.signal?.addEventListener("abort", kill, { once: true });
  if (options.signal?.aborted) kill();
  return new Promise((resolve) => {
    child.once("error", (error) => resolve({ code: 127, output: error.message }));
    child.once("close", (code) => {
      options.signal?.removeEventListener("abort", kill);
      resolve({ code: code ?? 1, output });
    });
  });
}

/** @param {number | undefined} pid leader of a process group */
function endGroup(pid) {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // it has ended by itself
  }
}
