import { z } from "zod";
import { defineParser } from "../kernel/parser.js";
import { parseFailure, withoutUndefined } from "../kernel/text.js";

const name = "ethtool-driver";

const result = z.strictObject({
  driver: z.string(),
  version: z.string().optional(),
  firmwareVersion: z.string().optional(),
  busInfo: z.string().optional(),
});

/** Driver of an interface. */
export type EthtoolDriver = z.infer<typeof result>;

/** `ethtool -i IFACE` (ethtool(8)). */
export const ethtoolDriverParser = defineParser<EthtoolDriver>({
  name,
  version: 1,
  schema: result,
  reader: () => {
    const fields = new Map<string, string>();
    return {
      line(text) {
        const pair = /^([a-z-]+): (.*\S)\s*$/.exec(text);
        if (pair?.[1] !== undefined) fields.set(pair[1], pair[2] ?? "");
      },
      end() {
        if (!fields.has("driver")) throw parseFailure(name, "no driver line");
        return withoutUndefined({
          driver: fields.get("driver"),
          version: fields.get("version"),
          firmwareVersion: fields.get("firmware-version"),
          busInfo: fields.get("bus-info"),
        });
      },
    };
  },
});
