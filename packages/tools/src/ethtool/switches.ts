import { z } from "zod";
import { defineParser } from "../kernel/parser.js";
import { parseFailure } from "../kernel/text.js";

const result = z.strictObject({ interface: z.string(), on: z.record(z.string(), z.boolean()) });

/** Switches of an interface by the names they are printed with. */
export type EthtoolSwitches = z.infer<typeof result>;

function switchesParser(name: string, title: string) {
  const header = new RegExp(`^${title} for (\\S+):`);
  return defineParser<EthtoolSwitches>({
    name,
    version: 1,
    schema: result,
    reader: () => {
      let device: string | undefined;
      const on: Record<string, boolean> = {};
      const words: string[] = [];
      return {
        line(text) {
          const [, found] = header.exec(text) ?? [];
          if (found !== undefined && device !== undefined) {
            throw parseFailure(name, "the text holds several interfaces");
          }
          device ??= found;
          if (/^netlink error|^Cannot get/.test(text)) words.push(text.trim());
          const [, label, value] = /^\s*(\S.*?)\s*:\s*(on|off)\s*$/.exec(text) ?? [];
          if (label !== undefined) on[label] = value === "on";
        },
        end() {
          if (device === undefined || Object.keys(on).length === 0) {
            throw parseFailure(name, "no switches of an interface", words);
          }
          return { interface: device, on };
        },
      };
    },
  });
}

/** `ethtool -a IFACE`: `Autonegotiate`, `RX`, `TX` and what was negotiated (ethtool(8)). */
export const ethtoolPauseParser = switchesParser("ethtool-pause", "Pause parameters");

/** `ethtool --show-priv-flags IFACE`: switches of the driver's own (ethtool(8)). */
export const ethtoolPrivateFlagsParser = switchesParser("ethtool-private-flags", "Private flags");
