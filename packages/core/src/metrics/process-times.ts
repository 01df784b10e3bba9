import type { Snapshot } from "./snapshot.js";

/** CPU time of a process since it began, in clock ticks. */
export interface ProcessTimes {
  readonly command: string;
  readonly parent: number;
  /** When it began, in ticks since boot: tells it from another that is given its id later. */
  readonly startTicks: number;
  /** A thread of the kernel. */
  readonly kernel: boolean;
  readonly ownTicks: number;
  /** Of the children it has waited for, and theirs. */
  readonly childTicks: number;
}

/** All processes of a machine at a moment of its uptime. */
export interface ProcessReading {
  readonly uptimeS: number;
  /** CPUs that are online. */
  readonly cpus: number;
  readonly processes: ReadonlyMap<number, ProcessTimes>;
}

const statPath = /^\/proc\/(\d+)\/stat$/;
/** PF_KTHREAD (include/linux/sched.h) among the flags of a process. */
const kernelThread = 0x0020_0000;

/** The file of a process, whose contents are other people's and are not kept. */
export const isProcessFile = (path: string): boolean => statPath.test(path);

/** `/proc/PID/stat` (proc(5)): the name in brackets may hold anything, brackets and line ends too. */
function readTimes(text: string): ProcessTimes | undefined {
  const close = text.lastIndexOf(")");
  const fields = text.slice(close + 2).split(" ");
  // the third field of the file, the state, is the first of these
  const field = (number: number) => Number(fields[number - 3]);
  const numbers = {
    parent: field(4),
    startTicks: field(22),
    ownTicks: field(14) + field(15),
    childTicks: field(16) + field(17),
  };
  if (close < 0 || Object.values(numbers).some(Number.isNaN)) return undefined;
  // any user names his processes: what they write must not steer a terminal
  const command = text.slice(text.indexOf("(") + 1, close).replaceAll(/\p{Cc}/gu, "?");
  return { command, kernel: (field(9) & kernelThread) !== 0, ...numbers };
}

/** The processes in a full snapshot; nothing when it holds none. */
export function processReading({ files, uptimeS }: Snapshot): ProcessReading | undefined {
  const processes = new Map<number, ProcessTimes>();
  for (const [path, text] of files) {
    const pid = statPath.exec(path)?.[1];
    const times = pid === undefined ? undefined : readTimes(text);
    if (times !== undefined) processes.set(Number(pid), times);
  }
  if (processes.size === 0) return undefined;
  const beside = Number.parseFloat(files.get("/proc/uptime") ?? "");
  const cpus = (files.get("/proc/stat") ?? "").match(/^cpu\d/gm)?.length ?? 1;
  return { uptimeS: Number.isFinite(beside) ? beside : uptimeS, cpus, processes };
}
