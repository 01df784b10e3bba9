import { z } from "zod";
import { defineParser } from "../kernel/parser.js";
import { parseFailure } from "../kernel/text.js";

const name = "ethtool-statistics";

const result = z.record(z.string(), z.number());

/** Counters of the driver by its own names; above 2^53 they lose their last digits. */
export type EthtoolStatistics = z.infer<typeof result>;

/** `ethtool -S IFACE` (ethtool(8)). */
export const ethtoolStatisticsParser = defineParser<EthtoolStatistics>({
  name,
  version: 1,
  schema: result,
  reader: () => {
    let header = false;
    const counters: Record<string, number> = {};
    const words: string[] = [];
    return {
      line(text) {
        if (/^NIC statistics:/.test(text)) {
          if (header) throw parseFailure(name, "the text holds several interfaces");
          header = true;
        } else if (header && text.trim() !== "") {
          const row = /^\s+(\S.*?):\s+(-?\d+)\s*$/.exec(text);
          if (row?.[1] === undefined) {
            throw parseFailure(name, `"${text.trim()}" is not a counter`);
          }
          counters[row[1]] = Number(row[2]);
        } else if (text.trim() !== "") words.push(text.trim());
      },
      end() {
        if (!header) throw parseFailure(name, "no statistics", words.slice(0, 5));
        return counters;
      },
    };
  },
});
