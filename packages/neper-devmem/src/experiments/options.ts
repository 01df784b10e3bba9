import { hoststackError } from "@hoststack/core";
import { z } from "zod";
import { cpuChoice } from "../cpus.js";
import { type NeperOptions, type NeperProgram, neperFields } from "../neper/options.js";

/** What experiments decide themselves, or have options of their own for. */
const decided = new Set<string>([
  ...["flows", "threads", "clients", "magic", "host", "port", "controlPort", "localAddresses"],
  ...[
    "durationS",
    "transactions",
    "suicideS",
    "waitStartS",
    "dryRun",
    "log",
    "family",
    "samplesFile",
    "rttFile",
  ],
  // both sides would report, and no figure were the rate of all
  ...["read", "write", "splitBidirectional", "throughputUnit"],
]);

const numbers = z.string().regex(/^-?\d+(\.\d+)?([eE]\d+)?$/);

/** A value as its field takes it: lists are joined by slashes. */
function fieldValue(name: string, text: string): unknown {
  if (name === "percentiles") return text.split("/").map(Number);
  if (text === "true" || text === "false") return text === "true";
  return numbers.safeParse(text).success ? Number(text) : text;
}

/** Fields of a program that `set` may name. */
const settable = (program: NeperProgram): string[] =>
  Object.keys(neperFields[program]).filter((name) => !decided.has(name));

/** Reads `name=value,name=value`. Throws OPTIONS_INVALID naming a field the program does not have. */
export function readSet(program: NeperProgram, text: string | undefined): NeperOptions {
  if (text === undefined || text === "") return {};
  const pairs = text.split(",").map((pair) => {
    const at = pair.indexOf("=");
    const name = at < 0 ? pair : pair.slice(0, at);
    if (!settable(program).includes(name)) {
      throw hoststackError("OPTIONS_INVALID", `set: ${program} has no option "${name}" to set`, {
        remedy: `it has ${settable(program).join(", ")}`,
        details: { field: "set" },
      });
    }
    return [name, at < 0 ? true : fieldValue(name, pair.slice(at + 1))] as const;
  });
  return Object.fromEntries(pairs) as NeperOptions;
}

/** Options of every experiment with neper. */
export const neperChoice = z.strictObject({
  durationS: z.int().min(1).max(3600).default(10).describe("test time in seconds"),
  flows: z.int().min(1).max(10_000).default(1).describe("flows of each link"),
  threads: z.int().min(1).max(512).default(1).describe("threads of each program"),
  links: z.int().min(1).max(16).default(1).describe("links side by side, a program each"),
  cpus: cpuChoice.default("node").describe("of the NIC's NUMA node, a core a thread, or any"),
  set: z.string().optional().describe("more options of neper: noDelay=true,..."),
});

/** Chosen options. */
export type NeperChoice = z.output<typeof neperChoice>;
