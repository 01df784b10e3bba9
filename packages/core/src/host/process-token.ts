import { readFileSync, readlinkSync } from "node:fs";

/** What tells a process of this computer apart from every other, also after its id was given again. */
interface ProcessFacts {
  /** First eight digits of the boot id. */
  readonly boot: string;
  /** Process id namespace: ids of another one mean nothing here. */
  readonly space: string;
  /** Start time in clock ticks since boot. */
  readonly started: string;
}

/** What a token looks like: `<pid>-<start>-<namespace>-<boot>`. */
export const tokenPattern = /^\d+-\d+-\d+-[0-9a-f]+$/;

/** Throws when there is no such process; one that only waits for its parent to notice has ended. */
function factsOf(pid: number | "self"): ProcessFacts {
  const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8");
  const space = readlinkSync("/proc/self/ns/pid");
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
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
 * `<pid>-<start>-<namespace>-<boot>`. Throws when it has ended, and where there is no `/proc`.
 */
export function processToken(pid: number = process.pid): string {
  const { boot, space, started } = factsOf(pid);
  return `${pid}-${started}-${space}-${boot}`;
}

/**
 * Whether the process a token names is gone. A token of another computer or process id namespace
 * (a cache directory shared over a network or with a container) cannot be judged: `unknown`.
 */
export function tokenState(token: string): "alive" | "dead" | "unknown" {
  const [pid, started, space, boot] = token.split("-");
  const here = factsOf("self");
  if (pid === undefined || !/^\d+$/.test(pid) || space !== here.space || boot !== here.boot) {
    return "unknown";
  }
  try {
    return factsOf(Number(pid)).started === started ? "alive" : "dead";
  } catch {
    return "dead";
  }
}
