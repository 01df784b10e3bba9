import type { DisturbanceRecord } from "../result/record.js";
import { type SpeedReading, speedChange, speedReading } from "./clock-speed.js";
import { foreignUse, type RunProcesses } from "./foreign-use.js";
import { type ProcessReading, processReading } from "./process-times.js";
import type { Snapshot } from "./snapshot.js";

interface Reading {
  readonly processes: ProcessReading | undefined;
  readonly speed: SpeedReading;
}

/** The first and the last full snapshot of a machine, for what else it did in between. */
export class MachineReadings {
  #first: Reading | undefined;
  #last: Reading | undefined;

  /** Takes a full snapshot. */
  add(snapshot: Snapshot): void {
    this.#last = { processes: processReading(snapshot), speed: speedReading(snapshot) };
    this.#first ??= this.#last;
  }

  /** Whether a process that is known by its start runs there. */
  holds(pid: number, startTicks: number): boolean {
    return this.#last?.processes?.processes.get(pid)?.startTicks === startTicks;
  }

  /** What else the machine did; `own` are processes of the run there. */
  disturbance(where: string, own: RunProcesses): DisturbanceRecord {
    const [before, after] = [this.#first, this.#last];
    if (before?.processes === undefined || after?.processes === undefined || before === after) {
      return { where, unavailable: "its processes were not read before and after" };
    }
    // an account that /proc is hidden from (hidepid) sees its own processes alone
    if (!after.processes.processes.has(1)) {
      return { where, unavailable: "/proc hides the processes of others" };
    }
    const { throttled, changes } = speedChange(before.speed, after.speed);
    const use = foreignUse(before.processes, after.processes, own);
    return {
      where,
      ...use,
      processes: [...use.processes],
      ...(throttled === undefined ? {} : { throttled }),
      speedChanges: [...changes],
    };
  }
}
