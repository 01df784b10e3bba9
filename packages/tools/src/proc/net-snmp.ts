import { z } from "zod";
import { defineParser } from "../kernel/parser.js";
import { parseFailure } from "../kernel/text.js";

const name = "proc-net-snmp";

const result = z.record(z.string(), z.record(z.string(), z.number()));

/** Counters by group and name, e.g. `Tcp.RetransSegs` or `TcpExt.TCPTimeouts`. */
export type ProcNetSnmp = z.infer<typeof result>;

/** /proc/net/snmp and /proc/net/netstat: a line of names and a line of values per group. */
export const procNetSnmpParser = defineParser<ProcNetSnmp>({
  name,
  version: 1,
  schema: result,
  reader: () => {
    const groups: Record<string, Record<string, number>> = {};
    let names: { group: string; fields: string[] } | undefined;
    return {
      line(text) {
        const line = /^(\w+):\s+(.*\S)\s*$/.exec(text);
        if (line === null) {
          if (text.trim() === "") return;
          throw parseFailure(name, `"${text.slice(0, 80)}" is not a line of counters`);
        }
        const [group = "", fields = []] = [line[1], (line[2] ?? "").split(/\s+/)];
        if (names === undefined) {
          names = { group, fields };
          return;
        }
        if (names.group !== group || names.fields.length !== fields.length) {
          throw parseFailure(
            name,
            `names and values of ${names.group} do not match; the text is cut`,
          );
        }
        const values = fields.map((field) => {
          if (/^-?\d+$/.test(field)) return Number(field);
          throw parseFailure(name, `"${field}" in ${group} is not a counter`);
        });
        groups[group] = {
          ...groups[group],
          ...Object.fromEntries(names.fields.map((key, i) => [key, values[i] ?? 0])),
        };
        names = undefined;
      },
      end() {
        if (names !== undefined)
          throw parseFailure(name, `no values for ${names.group}; the text is cut`);
        if (Object.keys(groups).length === 0) throw parseFailure(name, "no counters");
        return groups;
      },
    };
  },
});
