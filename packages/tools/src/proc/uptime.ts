import { z } from "zod";
import { defineParser } from "../kernel/parser.js";
import { parseFailure } from "../kernel/text.js";

const uptime = z.strictObject({
  /** Seconds since boot. */
  uptimeS: z.number().min(0),
  /** Idle time of all CPUs added up. */
  idleS: z.number().min(0),
});

/** /proc/uptime. */
export type ProcUptime = z.infer<typeof uptime>;

const loadavg = z.strictObject({
  load1: z.number().min(0),
  load5: z.number().min(0),
  load15: z.number().min(0),
  /** Runnable scheduling entities right now. */
  runnable: z.int().min(0),
  /** All scheduling entities. */
  entities: z.int().min(0),
});

/** /proc/loadavg. */
export type ProcLoadavg = z.infer<typeof loadavg>;

/** Reads a file of one line by a pattern; anything else in it is refused. */
function oneLine(name: string, pattern: RegExp) {
  const lines: string[] = [];
  return {
    line(text: string) {
      if (text.trim() !== "" && lines.length < 2) lines.push(text.trim());
    },
    fields() {
      const found = lines.length === 1 ? pattern.exec(lines[0] ?? "") : null;
      if (found === null) throw parseFailure(name, "not the one line of this file");
      return found.slice(1).map(Number);
    },
  };
}

/** /proc/uptime (proc(5)): two numbers with two decimals. */
export const procUptimeParser = defineParser<ProcUptime>({
  name: "proc-uptime",
  version: 1,
  schema: uptime,
  reader: () => {
    const text = oneLine("proc-uptime", /^(\d+\.\d{2}) (\d+\.\d{2})$/);
    return {
      line: (line) => text.line(line),
      end() {
        const [uptimeS, idleS] = text.fields();
        return { uptimeS, idleS };
      },
    };
  },
});

/** /proc/loadavg (proc(5)): three averages, running over all entities, last process. */
export const procLoadavgParser = defineParser<ProcLoadavg>({
  name: "proc-loadavg",
  version: 1,
  schema: loadavg,
  reader: () => {
    const text = oneLine(
      "proc-loadavg",
      /^(\d+\.\d{2}) (\d+\.\d{2}) (\d+\.\d{2}) (\d+)\/(\d+) \d+$/,
    );
    return {
      line: (line) => text.line(line),
      end() {
        const [load1, load5, load15, runnable, entities] = text.fields();
        return { load1, load5, load15, runnable, entities };
      },
    };
  },
});
