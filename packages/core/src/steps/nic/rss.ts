import { z } from "zod";
import type { Answer, Decision, Step } from "../../plan/step.js";
import { type Impossible, impossible, notBefore, satisfied } from "../decisions.js";
import { linkStep } from "../link/link-step.js";
import { type LinkStepOptions, linkFields } from "../link/options.js";
import { checkStepOptions } from "../options.js";
import { script } from "../script.js";
import { needsOne } from "./needs-one.js";
import { rssScript, setRssScript } from "./rss-scripts.js";
import { type Spread, spreadTable, tableArguments } from "./rss-table.js";
import { otherNic, unsupportedWords } from "./settings-step.js";

const queue = z.int().min(0).max(65_535);
const schema = z
  .strictObject({
    ...linkFields,
    equal: z.int().min(1).max(65_536).optional(),
    weights: z.array(queue).min(1).readonly().optional(),
    start: queue.optional(),
    hashKey: z
      .string()
      .regex(/^[0-9a-f]{2}(:[0-9a-f]{2})+$/i, "must be bytes: `6d:5a:56`")
      .toLowerCase()
      .optional(),
    hashFunction: z.enum(["toeplitz", "xor", "crc32"]).optional(),
  })
  .check(needsOne(["equal", "weights", "hashKey", "hashFunction"]))
  .refine(({ equal, weights }) => equal === undefined || weights === undefined, {
    path: ["weights"],
    message: "cannot stand beside equal",
  })
  .refine(({ weights }) => weights === undefined || weights.some((one) => one > 0), {
    path: ["weights"],
    message: "must have a weight above 0",
  })
  .refine(
    ({ start, equal, weights }) =>
      start === undefined || equal !== undefined || weights !== undefined,
    { path: ["start"], message: "needs equal or weights" },
  );

/** How a NIC spreads flows over its receive queues; what is not named stays. */
export interface RssStepOptions extends LinkStepOptions {
  /** So many queues in turns. */
  readonly equal?: number;
  /** Shares of the queues, from `start` on; 0 leaves one out. */
  readonly weights?: readonly number[];
  /** The first of them. @default 0 */
  readonly start?: number;
  /** Bytes of the hash's key as ethtool prints them, as many as the NIC takes. */
  readonly hashKey?: string;
  readonly hashFunction?: "crc32" | "toeplitz" | "xor";
}

/**
 * Sets the table, key and function of receive-side scaling (`ethtool -X`), read back with `ethtool -x`. A
 * table that ethtool could not make again is left alone. RSS contexts beside the main one are not
 * touched. Throws OPTIONS_INVALID.
 */
export function rssStep(options: RssStepOptions): Step {
  const given = checkStepOptions(schema, options, "RSS");
  const { nic, lifetime, after, equal, weights, start = 0, hashKey, hashFunction } = given;
  const spread: Spread | undefined =
    equal !== undefined ? { equal, start } : weights !== undefined ? { weights, start } : undefined;
  const wanted: Wanted = { nic, after, spread, hashKey, hashFunction };
  const asked = [
    ...(spread === undefined ? [] : ["table"]),
    ...(hashKey === undefined ? [] : ["key"]),
    ...(hashFunction === undefined ? [] : ["function"]),
  ];
  return linkStep({
    nic,
    name: "rss",
    title: `have ${nic} spread flows: ${titleOf(wanted)}`,
    lifetime,
    after,
    check: script(rssScript, nic, ...asked),
    probes: [script(rssScript, nic, "rings")],
    decide: (seen, [rings]) => decide(wanted, { seen, rings }),
  });
}

interface Wanted {
  readonly nic: string;
  readonly after: string | undefined;
  readonly spread: Spread | undefined;
  readonly hashKey: string | undefined;
  readonly hashFunction: string | undefined;
}

const spreadArguments = (spread: Spread): readonly string[] => [
  ...(spread.start === 0 ? [] : ["start", String(spread.start)]),
  ...("equal" in spread
    ? ["equal", String(spread.equal)]
    : ["weight", ...spread.weights.map(String)]),
];

function titleOf({ spread, hashKey, hashFunction }: Wanted): string {
  return [
    ...(spread === undefined ? [] : spreadArguments(spread)),
    ...(hashKey === undefined ? [] : ["key", hashKey]),
    ...(hashFunction === undefined ? [] : ["function", hashFunction]),
  ].join(" ");
}

/** A part of what is wanted, as it is and as it shall be. */
interface Part {
  readonly name: "function" | "key" | "table";
  readonly now: string;
  readonly wanted: string;
  readonly set: readonly string[];
  /** Undefined: ethtool cannot make again what is there. */
  readonly reset: readonly string[] | undefined;
}

function partsOf(
  { spread, hashKey, hashFunction }: Wanted,
  { now, rings }: { now: ReadonlyMap<string, string>; rings: number },
): readonly Part[] {
  const table = (now.get("table") ?? "").split(" ").map(Number);
  const old = { key: now.get("key") ?? "", function: now.get("function") ?? "" };
  return [
    ...(spread === undefined
      ? []
      : [
          {
            name: "table" as const,
            now: table.join(" "),
            wanted: spreadTable(spread, table.length).join(" "),
            set: spreadArguments(spread),
            reset: tableArguments(table, rings),
          },
        ]),
    ...(hashKey === undefined
      ? []
      : [valuePart({ name: "key", word: "hkey", now: old.key, wanted: hashKey })]),
    ...(hashFunction === undefined
      ? []
      : [valuePart({ name: "function", word: "hfunc", now: old.function, wanted: hashFunction })]),
  ];
}

function valuePart(part: {
  name: "function" | "key";
  word: string;
  now: string;
  wanted: string;
}): Part {
  const { name, word, now, wanted } = part;
  return { name, now, wanted, set: [word, wanted], reset: [word, now] };
}

/** What stands against the change, by what the NIC has. */
function hindrance(
  { nic, after, spread, hashKey }: Wanted,
  { now, rings }: { now: ReadonlyMap<string, string>; rings: number },
): Decision | undefined {
  const highest =
    spread === undefined
      ? 0
      : spread.start +
        ("equal" in spread ? spread.equal : spread.weights.findLastIndex((w) => w > 0) + 1);
  if (spread !== undefined && highest > rings) {
    return notBefore(
      after,
      impossible(
        `${nic} has ${rings} receive queues, not ${highest}`,
        "ask for more channels first, or for fewer queues here",
      ),
    );
  }
  const bytes = (key: string) => key.split(":").length;
  const key = now.get("key");
  if (hashKey !== undefined && key !== undefined && bytes(key) !== bytes(hashKey)) {
    return impossible(
      `the hash key of ${nic} has ${bytes(key)} bytes, not ${bytes(hashKey)}`,
      `give ${bytes(key)} bytes, as ethtool -x ${nic} shows them`,
    );
  }
  return undefined;
}

const names = { table: "indirection table", key: "hash key", function: "hash function" } as const;

function lacking({ nic, spread, hashKey, hashFunction }: Wanted, now: ReadonlyMap<string, string>) {
  const asked = {
    table: spread !== undefined,
    key: hashKey !== undefined,
    function: hashFunction !== undefined,
  };
  const missing = (Object.keys(asked) as (keyof typeof asked)[]).filter(
    (name) => asked[name] && !now.has(name),
  );
  if (missing.length === 0) return undefined;
  const what = missing.map((name) => names[name]).join(" and no ");
  return impossible(`the driver of ${nic} shows no ${what} of RSS`, otherNic);
}

function decide(
  wanted: Wanted,
  { seen, rings: told }: { seen: string; rings: Answer | undefined },
): Decision {
  const { nic } = wanted;
  const words = unsupportedWords(seen);
  if (words !== undefined) return impossible(`the driver of ${nic} has no RSS: ${words}`, otherNic);
  const now = new Map(
    seen.split("\n").map((line): [string, string] => {
      const at = line.indexOf(" ");
      return [line.slice(0, at), line.slice(at + 1)];
    }),
  );
  const rings = Number(told?.stdout.trim().split(" ")[1] ?? 0);
  const refused = lacking(wanted, now) ?? hindrance(wanted, { now, rings });
  if (refused !== undefined) return refused;
  const parts = partsOf(wanted, { now, rings });
  const changed = parts.filter((part) => part.now !== part.wanted);
  return changed.length === 0 ? satisfied : change(nic, { parts, changed });
}

function change(
  nic: string,
  { parts, changed }: { parts: readonly Part[]; changed: readonly Part[] },
): Decision | Impossible {
  if (changed.some(({ reset }) => reset === undefined)) {
    return impossible(
      `the RSS table of ${nic} is one that ethtool could not make again`,
      `give it one that ethtool can make first, e.g. ethtool -X ${nic} default`,
    );
  }
  return {
    state: "needed",
    wanted: parts.map((part) => `${part.name} ${part.wanted}\n`).join(""),
    actions: [script(setRssScript, nic, ...changed.flatMap(({ set }) => set))],
    undo: [script(setRssScript, nic, ...changed.flatMap(({ reset = [] }) => reset))],
    diff: changed
      .map((part) => `${nic}: RSS ${part.name} ${shortly(part.now)} -> ${shortly(part.wanted)}`)
      .join("\n"),
  };
}

/** Tables have hundreds of entries: their queues with how many each has. */
function shortly(value: string): string {
  const words = value.split(" ");
  if (words.length < 9) return value;
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts].map(([word, count]) => `queue ${word} ${count}x`).join(" ");
}
