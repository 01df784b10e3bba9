/** CPU time of a process over the second that was watched. */
export interface BusyProcess {
  readonly pid: number;
  readonly command: string;
  /** Share of one CPU. */
  readonly share: number;
  /** Name of its user, or the number where the machine has no name for it. */
  readonly user: string;
  /** Its user is the one that asked. */
  readonly own: boolean;
}

/** How busy a machine is. */
export interface Business {
  readonly cpus: number;
  /** Average number of runnable tasks over the last minute. */
  readonly load: number;
  /** Busiest first. */
  readonly processes: readonly BusyProcess[];
  /** Governor of each frequency domain; none where there is no cpufreq. */
  readonly governors: readonly string[];
  /** How often a CPU was throttled for its temperature while watched; undefined where not counted. */
  readonly throttled: number | undefined;
}

interface Snapshot {
  readonly ticks: number;
  readonly processes: ReadonlyMap<number, { readonly command: string; readonly ticks: number }>;
  readonly throttle: readonly number[];
}

const sum = (values: readonly number[]): number => values.reduce((all, one) => all + one, 0);

/** The rest of the lines that begin with some words. */
function lines(text: string, words: string): string[] {
  const lead = `${words} `;
  return text
    .split("\n")
    .filter((line) => line.startsWith(lead))
    .map((line) => line.slice(lead.length));
}

/** User, nice, system, idle, ... of all CPUs; guests' time is in user's already. */
const totalTicks = (line: string): number => sum(line.trim().split(/\s+/).slice(1, 9).map(Number));

/** `/proc/PID/stat`: the name in brackets may hold anything, brackets too. */
function readProcess(line: string) {
  const match = /^(\d+) \((.*)\) \S (.*)$/.exec(line);
  const [, pid, command = "", rest = ""] = match ?? [];
  if (pid === undefined) return [];
  // utime and stime are the 14th and 15th field, the 11th and 12th after the state
  const [utime = 0, stime = 0] = rest.split(" ").slice(10, 12).map(Number);
  // any user names his processes: what they write must not steer a terminal
  const plain = command.replaceAll(/\p{Cc}/gu, "?");
  return [[Number(pid), { command: plain, ticks: utime + stime }] as const];
}

const readSnapshot = (text: string, when: "after" | "before"): Snapshot => ({
  ticks: totalTicks(lines(text, `${when} total`)[0] ?? ""),
  processes: new Map(lines(text, `${when} process`).flatMap(readProcess)),
  throttle: lines(text, `${when} throttle`).map(Number),
});

const pairs = (list: readonly string[]) =>
  list.map((line) => {
    const [first = "", second = ""] = line.split(" ");
    return [first, second] as const;
  });

/** Reads the answer to `busyQuestion`; a process that asks and is no part of the business is left out. */
export function readBusiness(text: string, askingPid?: number): Business {
  const [before, after] = [readSnapshot(text, "before"), readSnapshot(text, "after")];
  const cpus = Math.max(1, Number(lines(text, "cpus")[0]) || 1);
  const perCpu = Math.max(1, (after.ticks - before.ticks) / cpus);
  const [ownUser = "", ownShell = ""] = (lines(text, "own")[0] ?? "").split(" ");
  const owners = new Map(pairs(lines(text, "owner")).map(([user, pid]) => [Number(pid), user]));
  const names = new Map(pairs(lines(text, "user")));
  const processes = [...after.processes].flatMap(([pid, { command, ticks }]) => {
    const earlier = before.processes.get(pid);
    if (earlier === undefined || pid === Number(ownShell) || pid === askingPid) return [];
    const user = owners.get(pid) ?? "";
    const share = (ticks - earlier.ticks) / perCpu;
    return [{ pid, command, share, user: names.get(user) ?? user, own: user === ownUser }];
  });
  return {
    cpus,
    load: Number((lines(text, "load")[0] ?? "").split(" ")[0]) || 0,
    processes: processes.sort((a, b) => b.share - a.share),
    governors: lines(text, "governor"),
    throttled: after.throttle.length === 0 ? undefined : sum(after.throttle) - sum(before.throttle),
  };
}
