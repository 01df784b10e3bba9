// @ts-check
import { readFileSync } from "node:fs";

/**
 * The processes between this script and the npm that runs it: npm starts a shell, the shell starts
 * the script. A killed npm shows in the shell having a new parent.
 * @param {number} pid
 * @param {(pid: number) => { parent: number, name: string } | undefined} look
 * @returns {number[]} parent first; ends with the first process that is no shell
 */
export function chainToNpm(pid, look) {
  const parent = look(pid)?.parent;
  if (parent === undefined || parent <= 1) return [];
  const isShell = /^(da|ba|z|k)?sh$/.test(look(parent)?.name ?? "");
  return isShell ? [parent, ...chainToNpm(parent, look)] : [parent];
}

/**
 * Calls onGone once when the npm that runs this script has died. npm cannot say so itself when it
 * is killed with SIGKILL. Does nothing when the script was not started by npm.
 * @param {{ env: NodeJS.ProcessEnv, onGone: () => void }} options
 * @returns {() => void} ends the watch
 */
export function watchNpm({ env, onGone }) {
  if (env.npm_lifecycle_event === undefined) return () => {};
  const before = chainToNpm(process.pid, lookUp).join();
  const timer = setInterval(() => {
    if (chainToNpm(process.pid, lookUp).join() === before) return;
    clearInterval(timer);
    onGone();
  }, 1000);
  timer.unref();
  return () => clearInterval(timer);
}

/**
 * @param {number} pid
 * @returns {{ parent: number, name: string } | undefined}
 */
function lookUp(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const end = stat.lastIndexOf(")");
    return {
      name: stat.slice(stat.indexOf("(") + 1, end),
      parent: Number(stat.slice(end + 2).split(" ")[1]),
    };
  } catch {
    return undefined;
  }
}
