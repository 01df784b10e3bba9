import { z } from "zod";
import { defineParser } from "../kernel/parser.js";
import { parseFailure } from "../kernel/text.js";

const name = "proc-stat";
const ticks = z.number().min(0);

const times = z.strictObject({
  user: ticks,
  nice: ticks,
  system: ticks,
  idle: ticks,
  iowait: ticks,
  irq: ticks,
  softirq: ticks,
  steal: ticks,
});

const result = z.strictObject({
  /** All CPUs together. */
  total: times,
  /** Each CPU that is on line, by number. */
  cpus: z.array(z.strictObject({ cpu: z.int().min(0), times })).min(1),
  /** Context switches since boot. @default absent */
  contextSwitches: ticks.optional(),
  /** Seconds since the epoch at boot. @default absent */
  bootTimeS: ticks.optional(),
});

/** CPU times in clock ticks (1/100 s on all common kernels), guest time inside user time. */
export type CpuTicks = z.infer<typeof times>;
/** /proc/stat as far as it tells CPU times. */
export type ProcStat = z.infer<typeof result>;

const keys = ["user", "nice", "system", "idle", "iowait", "irq", "softirq", "steal"] as const;

function readTimes(line: string, fields: readonly string[]) {
  // A line cut inside a number would look like a small one: all fields of Linux 2.6.33+ must be there.
  if (fields.length < 10 || !fields.every((f) => /^\d+$/.test(f))) {
    throw parseFailure(name, `"${line}" is not a line of ten tick counts`);
  }
  return Object.fromEntries(keys.map((key, i) => [key, Number(fields[i])]));
}

/** /proc/stat (proc(5)), also a part of it such as its first lines. */
export const procStatParser = defineParser<ProcStat>({
  name,
  version: 1,
  schema: result,
  reader: () => {
    let total: unknown;
    const cpus: unknown[] = [];
    const scalars: { contextSwitches?: number; bootTimeS?: number } = {};
    // A count is believed when a further line shows that its own was not cut.
    let believe = () => {};
    return {
      line(text) {
        believe();
        believe = () => {};
        const [key = "", ...fields] = text.trim().split(/\s+/);
        const cpu = /^cpu(\d*)$/.exec(key);
        if (cpu !== null) {
          const read = readTimes(text, fields);
          if (cpu[1] === "") total = read;
          else cpus.push({ cpu: Number(cpu[1]), times: read });
        } else if (key === "ctxt" || key === "btime") {
          const field = key === "ctxt" ? "contextSwitches" : "bootTimeS";
          believe = () => {
            scalars[field] = Number(fields[0]);
          };
        }
      },
      end() {
        if (total === undefined || cpus.length === 0) throw parseFailure(name, "no CPU lines");
        return { total, cpus, ...scalars };
      },
    };
  },
});
