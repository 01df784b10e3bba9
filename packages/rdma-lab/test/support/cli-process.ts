import { spawn } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

/** The built command line. */
export const bin = fileURLToPath(new URL("../../dist/bin.js", import.meta.url));

/** Starts the command line. */
export const start = (argv: readonly string[], env: NodeJS.ProcessEnv = {}) => {
  const child = spawn(process.execPath, [bin, ...argv], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const exit = new Promise<number | null>((resolve) => child.once("close", resolve));
  return { child, exit };
};

/** Runs the command line to its end. */
export const run = async (argv: readonly string[], env?: NodeJS.ProcessEnv) => {
  const { child, exit } = start(argv, env);
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), exit]);
  return { stdout, stderr, code };
};

/** Ids of all processes that descend from one, itself left out. */
export async function descendants(root: number): Promise<number[]> {
  const parents = new Map<number, number>();
  for (const entry of await readdir("/proc")) {
    if (!/^\d+$/.test(entry)) continue;
    const stat = await readFile(`/proc/${entry}/stat`, "utf8").catch(() => "");
    parents.set(Number(entry), Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]));
  }
  const below = (pid: number): boolean => {
    const parent = parents.get(pid);
    return parent !== undefined && (parent === root || below(parent));
  };
  return [...parents.keys()].filter(below);
}

/** Those of some processes that still run. */
export const alive = async (pids: readonly number[]): Promise<number[]> => {
  const stats = await Promise.all(
    pids.map((pid) => readFile(`/proc/${pid}/stat`, "utf8").catch(() => "")),
  );
  return pids.filter((_, index) => / [^Z] /.test(stats[index]?.slice(-400) ?? ""));
};

/** Waits until something holds; throws when it does not in time. */
export async function until(condition: () => Promise<boolean> | boolean, deadlineMs: number) {
  const end = Date.now() + deadlineMs;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error("it did not happen in time");
    await sleep(100);
  }
}
