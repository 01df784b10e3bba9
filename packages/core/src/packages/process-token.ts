import { readFile, readlink } from "node:fs/promises";

/** What tells a process of this computer apart from every other, also after its id was given again. */
interface ProcessFacts {
  /** First eight digits of the boot id. */
  readonly boot: string;
  /** Process id namespace: ids of another one mean nothing here. */
  readonly space: string;
  /** Start time in clock ticks since boot. */
  readonly started: string;
}

/** Throws when there is no such process; one that only waits for its parent to notice has ended. */
async function factsOf(pid: number | "self"): Promise<ProcessFacts> {
  const [boot, space, stat] = await Promise.all([
    readFile("/proc/sys/kernel/random/boot_id", "utf8"),
    readlink("/proc/self/ns/pid"),
    readFile(`/proc/${pid}/stat`, "utf8"),
  ]);
  // the second field is the program's name in brackets and may itself hold blanks and brackets
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  if (fields[0] === "Z") throw new Error(`process ${pid} has ended`);
  return {
    boot: boot.slice(0, 8),
    space: /\d+/.exec(space)?.[0] ?? "0",
    started: fields[19] ?? "0",
  };
}

/**
 * Names a process, by default this one, in one word that fits into a file name:
 * `<pid>-<start>-<namespace>-<boot>`. Throws when it has ended.
 */
export async function processToken(pid: number = process.pid): Promise<string> {
  const { boot, space, started } = await factsOf(pid);
  return `${pid}-${started}-${space}-${boot}`;
}

/**
 * Whether the process a token names is gone. A token of another computer or process id namespace
 * (a cache directory shared over a network or with a container) cannot be judged: `unknown`.
 */
export async function tokenState(token: string): Promise<"alive" | "dead" | "unknown"> {
  const [pid, started, space, boot] = token.split("-");
  const here = await factsOf("self");
  if (pid === undefined || !/^\d+$/.test(pid) || space !== here.space || boot !== here.boot) {
    return "unknown";
  }
  try {
    return (await factsOf(Number(pid))).started === started ? "alive" : "dead";
  } catch {
    return "dead";
  }
}
