import { z } from "zod";
import { defineParser } from "../kernel/parser.js";
import { parseFailure } from "../kernel/text.js";

const name = "proc-net-dev";
const counter = z.number().min(0);

const direction = z.strictObject({
  bytes: counter,
  packets: counter,
  errors: counter,
  dropped: counter,
});

const result = z.record(z.string(), z.strictObject({ receive: direction, transmit: direction }));

/** Counters of each interface since it came up, by its name. */
export type ProcNetDev = z.infer<typeof result>;

/** /proc/net/dev (proc(5)): eight receive and eight transmit counters per interface. */
export const procNetDevParser = defineParser<ProcNetDev>({
  name,
  version: 1,
  schema: result,
  reader: () => {
    let header = false;
    const interfaces: Record<string, unknown> = {};
    return {
      line(text) {
        if (/^Inter-\|/.test(text)) header = true;
        // Old kernels leave no blank between the colon and a wide number.
        const row = /^\s*(\S+?):\s*(\d.*)$/.exec(text);
        if (row === null) return;
        const fields = (row[2] ?? "").trim().split(/\s+/);
        if (fields.length !== 16 || !fields.every((f) => /^\d+$/.test(f))) {
          throw parseFailure(name, `"${text.trim()}" does not hold 16 counters`);
        }
        const at = (index: number) => Number(fields[index]);
        const part = (from: number) => ({
          bytes: at(from),
          packets: at(from + 1),
          errors: at(from + 2),
          dropped: at(from + 3),
        });
        interfaces[row[1] ?? ""] = { receive: part(0), transmit: part(8) };
      },
      end() {
        if (!header) throw parseFailure(name, "the header of /proc/net/dev is missing");
        return interfaces;
      },
    };
  },
});
