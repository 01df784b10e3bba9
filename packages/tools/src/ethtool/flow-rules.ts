import { z } from "zod";
import { defineParser } from "../kernel/parser.js";
import { parseFailure } from "../kernel/text.js";

const name = "ethtool-flow-rules";

const rule = z.strictObject({
  location: z.int().min(0),
  /** `TCP over IPv4`, `Raw Ethernet`. */
  type: z.string(),
  /** `Direct to queue 3`, `Drop`. */
  action: z.string(),
  /** Other lines by their names, as printed: `Dest port` is `4000 mask: 0x0`. */
  fields: z.record(z.string(), z.string()),
});

const result = z.strictObject({ rxRings: z.int().min(0), rules: z.array(rule) });

/** Steering rules of an interface. */
export type EthtoolFlowRules = z.infer<typeof result>;

interface Block {
  readonly location: number;
  type?: string;
  action?: string;
  readonly fields: Record<string, string>;
}

function addLine(block: Block, text: string): void {
  const [, label, value] = /^\s*(\w[\w ]*?): (.*\S)\s*$/.exec(text) ?? [];
  if (label === undefined || value === undefined) return;
  if (label === "Rule Type" || label === "Flow Type") block.type = value;
  else if (label === "Action") block.action = value;
  else block.fields[label] = value;
}

function check(count: number, blocks: readonly Block[]): void {
  const cut = blocks.find(({ type, action }) => type === undefined || action === undefined);
  if (cut !== undefined) throw parseFailure(name, `filter ${cut.location} is not whole`);
  if (blocks.length !== count) {
    throw parseFailure(name, `${blocks.length} of ${count} rules are shown`);
  }
}

/** `ethtool -u IFACE` (ethtool(8), rxclass.c). */
export const ethtoolFlowRulesParser = defineParser<EthtoolFlowRules>({
  name,
  version: 1,
  schema: result,
  reader: () => {
    let rxRings: number | undefined;
    let count: number | undefined;
    const blocks: Block[] = [];
    const words: string[] = [];
    return {
      line(text) {
        const [, rings] = /^(\d+) RX rings available\s*$/.exec(text) ?? [];
        if (rings !== undefined) rxRings = Number(rings);
        const [, total] = /^Total (\d+) rules\s*$/.exec(text) ?? [];
        if (total !== undefined) count = Number(total);
        const [, location] = /^\s*Filter: (\d+)\s*$/.exec(text) ?? [];
        const block = blocks.at(-1);
        if (location !== undefined) blocks.push({ location: Number(location), fields: {} });
        else if (block !== undefined) addLine(block, text);
        else if (/Cannot get|failed/.test(text)) words.push(text.trim());
      },
      end() {
        if (rxRings === undefined || count === undefined) {
          throw parseFailure(name, "no rules of an interface", words);
        }
        check(count, blocks);
        return { rxRings, rules: blocks };
      },
    };
  },
});
