import { z } from "zod";
import { defineParser } from "../kernel/parser.js";
import { parseFailure, withoutUndefined } from "../kernel/text.js";
import { toSi } from "../kernel/units.js";

const name = "ethtool";

const result = z.strictObject({
  interface: z.string(),
  /** Absent when the driver says `Unknown!` (virtual devices, no link). */
  speedBitsPerS: z.number().positive().optional(),
  duplex: z.enum(["full", "half"]).optional(),
  autoNegotiation: z.boolean().optional(),
  port: z.string().optional(),
  linkDetected: z.boolean().optional(),
});

/** Speed and link of an interface. */
export type Ethtool = z.infer<typeof result>;

function speed(text: string | undefined): number | undefined {
  if (text === undefined || /^Unknown!/.test(text)) return undefined;
  const found = /^(\d+)Mb\/s/.exec(text);
  if (found === null) throw parseFailure(name, `"${text}" is not a speed`);
  return toSi(Number(found[1]), "ethtool Mb/s");
}

function yes(text: string | undefined, word: string): boolean | undefined {
  return text === undefined ? undefined : text.startsWith(word);
}

/** Plain `ethtool IFACE` (ethtool(8)); it has no JSON form up to 6.1. */
export const ethtoolParser = defineParser<Ethtool>({
  name,
  version: 1,
  schema: result,
  reader: () => {
    let device: string | undefined;
    const words: string[] = [];
    const fields = new Map<string, string>();
    return {
      line(text) {
        const header = /^Settings for (\S+):/.exec(text);
        if (header !== null) {
          if (device !== undefined) throw parseFailure(name, "the text holds several interfaces");
          device = header[1];
        } else if (/netlink error|^Cannot get|No data available|bad command/.test(text)) {
          words.push(text.trim());
        }
        const pair = /^\s+([A-Z][\w -]*?): (.*\S)\s*$/.exec(text);
        if (pair?.[1] !== undefined) fields.set(pair[1], pair[2] ?? "");
      },
      end() {
        if (device === undefined || fields.size === 0) {
          throw parseFailure(name, "no settings of an interface", words);
        }
        const duplex = fields.get("Duplex")?.toLowerCase();
        return withoutUndefined({
          interface: device,
          speedBitsPerS: speed(fields.get("Speed")),
          duplex: duplex === "full" || duplex === "half" ? duplex : undefined,
          autoNegotiation: yes(fields.get("Auto-negotiation"), "on"),
          port: fields.get("Port"),
          linkDetected: yes(fields.get("Link detected"), "yes"),
        });
      },
    };
  },
});
