import { z } from "zod";
import { defineParser } from "../kernel/parser.js";
import { parseFailure } from "../kernel/text.js";

const name = "ethtool-features";

const feature = z.strictObject({
  on: z.boolean(),
  /** The driver does not let it be changed. */
  fixed: z.boolean(),
  /** What was asked for, where it differs from what is. @default absent */
  requested: z.boolean().optional(),
});

const result = z.strictObject({ interface: z.string(), features: z.record(z.string(), feature) });

/** Offloads of an interface by ethtool's names, e.g. `tcp-segmentation-offload`. */
export type EthtoolFeatures = z.infer<typeof result>;

/** `ethtool -k IFACE` as text (ethtool(8), features.c). */
export const ethtoolFeaturesParser = defineParser<EthtoolFeatures>({
  name,
  version: 1,
  schema: result,
  reader: () => {
    let device: string | undefined;
    const features: Record<string, unknown> = {};
    return {
      line(text) {
        const header = /^Features for (\S+):/.exec(text);
        if (header !== null) {
          if (device !== undefined) throw parseFailure(name, "the text holds several interfaces");
          device = header[1];
        }
        const row = /^\s*([\w-]+): (on|off)(?: \[(fixed|(?:not )?requested (on|off))\])?\s*$/.exec(
          text,
        );
        if (row?.[1] === undefined) return;
        features[row[1]] = {
          on: row[2] === "on",
          fixed: row[3] === "fixed",
          ...(row[4] === undefined ? {} : { requested: row[4] === "on" }),
        };
      },
      end() {
        if (device === undefined || Object.keys(features).length === 0) {
          throw parseFailure(name, "no features of an interface");
        }
        return { interface: device, features };
      },
    };
  },
});
