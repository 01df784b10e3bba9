import { z } from "zod";
import { defineParser } from "../kernel/parser.js";
import { parseFailure } from "../kernel/text.js";

const values = z.record(z.string(), z.union([z.number(), z.boolean(), z.string()]));

const result = z.strictObject({
  interface: z.string(),
  /** What the driver takes at most. */
  maximum: values,
  current: values,
});

/** Limits and settings by ethtool's parameters, e.g. `rx-mini`; what a driver does not have is absent. */
export type EthtoolSections = z.infer<typeof result>;

/** `RX Mini` is set as `rx-mini`, `TCP data split` as `tcp-data-split`. */
function parameterOf(label: string): string {
  return label.toLowerCase().replaceAll(" ", "-");
}

function settingOf(text: string): boolean | number | string {
  if (/^\d+$/.test(text)) return Number(text);
  return text === "on" || text === "off" ? text === "on" : text;
}

/** Whether a line opens a section, and which. */
function sectionOf(text: string): "maximum" | "current" | undefined {
  if (text.startsWith("Pre-set maximums:")) return "maximum";
  return text.startsWith("Current hardware settings:") ? "current" : undefined;
}

function sectionsParser(name: string, title: string) {
  const header = new RegExp(`^${title} parameters for (\\S+):`);
  return defineParser<EthtoolSections>({
    name,
    version: 1,
    schema: result,
    reader: () => {
      let device: string | undefined;
      let section: "maximum" | "current" | undefined;
      const sections: Record<"maximum" | "current", Record<string, unknown>> = {
        maximum: {},
        current: {},
      };
      const words: string[] = [];
      return {
        line(text) {
          const [, found] = header.exec(text) ?? [];
          if (found !== undefined && device !== undefined) {
            throw parseFailure(name, "the text holds several interfaces");
          }
          device ??= found;
          section = sectionOf(text) ?? section;
          if (/^netlink error|^Cannot get/.test(text)) words.push(text.trim());
          const [, label, value] = /^([A-Z][A-Za-z ]*):\s*(\w+)\s*$/.exec(text) ?? [];
          if (section === undefined || label === undefined || value === undefined) return;
          sections[section][parameterOf(label)] = settingOf(value);
        },
        end() {
          if (device === undefined || section !== "current") {
            throw parseFailure(name, "no settings of an interface", words);
          }
          return { interface: device, ...sections };
        },
      };
    },
  });
}

/** `ethtool -g IFACE`: sizes of rings in descriptors (ethtool(8)). */
export const ethtoolRingsParser = sectionsParser("ethtool-rings", "Ring");

/** `ethtool -l IFACE`: numbers of channels (ethtool(8)). */
export const ethtoolChannelsParser = sectionsParser("ethtool-channels", "Channel");
