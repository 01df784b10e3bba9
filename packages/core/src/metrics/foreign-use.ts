import type { ProcessReading, ProcessTimes } from "./process-times.js";

/** CPU time of a process between two readings, as CPUs kept busy. */
interface ForeignProcess {
  readonly pid: number;
  readonly command: string;
  readonly cpus: number;
}

/** What processes that are not of the run took of a machine. */
export interface ForeignUse {
  /** Time between the readings, in s. */
  readonly overS: number;
  readonly machineCpus: number;
  /** Of all of them together. */
  readonly foreignCpus: number;
  /** The busiest, busiest first. */
  readonly processes: readonly ForeignProcess[];
}

/** USER_HZ, the unit of /proc/PID/stat on every architecture this runs on (proc(5)). */
const ticksPerS = 100;
const mostProcesses = 20;
/** Less than this share of a CPU is not worth a name. */
const worthName = 0.01;

/**
 * Programs that wait for children which are not theirs: those of a login, which may be the run's own
 * second connection, and orphans.
 */
const waitForOthers = new Set(["dropbear", "init", "login", "sshd", "su", "sudo", "systemd"]);
/** A program by its plain name: OpenSSH runs parts of its server as programs of their own. */
const programOf = (command: string): string => command.replace(/-(?:session|auth)$/, "");
const waitsForOthers = ({ command }: ProcessTimes): boolean =>
  waitForOthers.has(programOf(command));

/** Programs of which one process serves each connection: what descends from it came over that. */
const connectionServers = new Set(["dropbear", "sshd"]);
const servesConnection = ({ command }: ProcessTimes): boolean =>
  connectionServers.has(programOf(command));

/** Processes of a run on a machine. */
export interface RunProcesses {
  /** They, what they started and what they descend from are the run's. */
  readonly pids: readonly number[];
  /** Such that were started over an SSH connection: all of that connection is the run's. @default none */
  readonly overSsh?: readonly number[];
}

/** Ids from a process up to the first one; the process itself comes first. */
function lineage(pid: number, { processes }: ProcessReading): number[] {
  const line: number[] = [];
  for (let at = pid; at > 0 && !line.includes(at); at = processes.get(at)?.parent ?? 0) {
    line.push(at);
  }
  return line;
}

/** The process that serves the connection another came over. */
function serverOf(pid: number, reading: ProcessReading): number | undefined {
  return lineage(pid, reading).find((above) => {
    const times = reading.processes.get(above);
    return times !== undefined && servesConnection(times);
  });
}

/** The run's processes, what they started, and what they descend from: that carries them. */
function ownIn(reading: ProcessReading, { pids, overSsh = [] }: RunProcesses): Set<number> {
  const carried = overSsh.map((pid) => serverOf(pid, reading) ?? pid);
  const tops = new Set([...pids, ...carried]);
  const ours = new Set([...tops].flatMap((pid) => lineage(pid, reading)));
  for (const pid of reading.processes.keys()) {
    if (lineage(pid, reading).some((above) => tops.has(above))) ours.add(pid);
  }
  return ours;
}

/** The same process in another reading, not one that was given its id. */
function sameIn(reading: ProcessReading, pid: number, { startTicks }: ProcessTimes) {
  const found = reading.processes.get(pid);
  return found?.startTicks === startTicks ? found : undefined;
}

/** What processes had used before that are gone, by the process that waited for them: it has it now. */
function inherited(before: ProcessReading, after: ProcessReading): Map<number, number> {
  const ticks = new Map<number, number>();
  const stays = (pid: number) => {
    const times = before.processes.get(pid);
    return times !== undefined && sameIn(after, pid, times) !== undefined;
  };
  for (const [pid, { ownTicks, childTicks }] of before.processes) {
    if (stays(pid)) continue;
    const heir = lineage(pid, before).find(stays);
    if (heir !== undefined) ticks.set(heir, (ticks.get(heir) ?? 0) + ownTicks + childTicks);
  }
  return ticks;
}

/**
 * CPU time between two readings of one machine that went to processes which are neither of the run nor
 * threads of the kernel. A process that began and ended in between counts for the one that waited for it.
 */
export function foreignUse(
  before: ProcessReading,
  after: ProcessReading,
  own: RunProcesses,
): ForeignUse {
  const overS = after.uptimeS - before.uptimeS;
  const ours = new Set([...ownIn(before, own), ...ownIn(after, own)]);
  const fromGone = inherited(before, after);
  const used = [...after.processes].flatMap(([pid, now]): ForeignProcess[] => {
    if (now.kernel || ours.has(pid)) return [];
    const then = sameIn(before, pid, now) ?? { ownTicks: 0, childTicks: 0 };
    const waited = now.childTicks - then.childTicks - (fromGone.get(pid) ?? 0);
    const ticks = now.ownTicks - then.ownTicks + (waitsForOthers(now) ? 0 : Math.max(0, waited));
    return [{ pid, command: now.command, cpus: ticks / ticksPerS / overS }];
  });
  const named = used.filter(({ cpus }) => cpus >= worthName).sort((a, b) => b.cpus - a.cpus);
  return {
    ...{ overS, machineCpus: after.cpus },
    foreignCpus: used.reduce((sum, { cpus }) => sum + cpus, 0),
    processes: named.slice(0, mostProcesses),
  };
}
