import { z } from "zod";
import { defineParser } from "../kernel/parser.js";
import { parseFailure } from "../kernel/text.js";

const name = "ethtool-coalescing";

const result = z.strictObject({
  interface: z.string(),
  settings: z.record(z.string(), z.union([z.number(), z.boolean()])),
});

/** Interrupt moderation by ethtool's parameters, e.g. `rx-usecs`; what a driver does not have is absent. */
export type EthtoolCoalescing = z.infer<typeof result>;

/** Prints RX and TX of a pair on one line. */
const pairs: readonly (readonly [RegExp, string, string])[] = [
  [/^Adaptive RX: *(\S+) +TX: *(\S+)/, "adaptive-rx", "adaptive-tx"],
  [/^CQE mode RX: *(\S+) +TX: *(\S+)/, "cqe-mode-rx", "cqe-mode-tx"],
];

/** ethtool prints `rx-frame-low` for what it takes as `rx-frames-low`, in most versions. */
function parameterOf(label: string): string {
  return label.replace(/^([rt]x)-frame-/, "$1-frames-");
}

function* settingsOf(text: string): Iterable<[string, string]> {
  for (const [pattern, rx, tx] of pairs) {
    const [, ofRx, ofTx] = pattern.exec(text) ?? [];
    if (ofRx !== undefined && ofTx !== undefined)
      yield* [[rx, ofRx] as [string, string], [tx, ofTx]];
  }
  const [, label, value] = /^([a-z][a-z-]*): *(\d+)\s*$/.exec(text) ?? [];
  if (label !== undefined && value !== undefined) yield [parameterOf(label), value];
}

/** `ethtool -c IFACE` (ethtool(8)). */
export const ethtoolCoalescingParser = defineParser<EthtoolCoalescing>({
  name,
  version: 1,
  schema: result,
  reader: () => {
    let device: string | undefined;
    const settings: Record<string, unknown> = {};
    const words: string[] = [];
    return {
      line(text) {
        const [, found] = /^Coalesce parameters for (\S+):/.exec(text) ?? [];
        if (found !== undefined && device !== undefined) {
          throw parseFailure(name, "the text holds several interfaces");
        }
        device ??= found;
        if (/^netlink error|^Cannot get/.test(text)) words.push(text.trim());
        for (const [key, value] of settingsOf(text)) {
          if (value !== "n/a") settings[key] = /^\d/.test(value) ? Number(value) : value === "on";
        }
      },
      end() {
        if (device === undefined || Object.keys(settings).length === 0) {
          throw parseFailure(name, "no settings of an interface", words);
        }
        return { interface: device, settings };
      },
    };
  },
});
