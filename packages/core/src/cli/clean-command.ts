import { dirname } from "node:path";
import { exitCodes } from "../errors/catalogue.js";
import type { CacheEntry } from "../reap/cache/cache-entry.js";
import { type CleanCacheReport, cleanCache } from "../reap/cache/clean-cache.js";
import { ageMs } from "./clean-age.js";
import { type Flag, parseFlags } from "./flags.js";
import { flagLines, helpColumns } from "./help.js";
import { refuseWords } from "./refuse-words.js";
import { helpFlag } from "./run-flags.js";
import type { Terminal } from "./terminal.js";
import { hang } from "./wrap.js";

/** The flags of `clean`. */
export const cleanFlags: readonly Flag[] = [
  {
    name: "dry-run",
    property: "dryRun",
    type: "boolean",
    description: "only show what would be removed",
  },
  {
    name: "older-than",
    property: "olderThan",
    type: "string",
    value: "AGE",
    default: "30d",
    description: "what was not used for so long: 30d, 12h, 0",
  },
  {
    name: "json",
    property: "json",
    type: "boolean",
    description: "print what was found on stdout as JSON",
  },
  helpFlag,
];

function help(system: string): string {
  return [
    ...hang("", `${system} clean [flags]: remove what is cached and no longer used`, helpColumns),
    "",
    "Guest images, snapshots and unpacked packages are kept for the next time and made",
    "again when they are needed. What a living process uses is never touched.",
    "",
    "Flags of clean",
    ...cleanFlags.flatMap(flagLines),
  ].join("\n");
}

const mib = (bytes: number): string =>
  `${(bytes / 2 ** 20).toFixed(bytes < 10 * 2 ** 20 ? 1 : 0)} MiB`;

const total = (entries: readonly CacheEntry[]): string =>
  mib(entries.reduce((sum, { bytes }) => sum + bytes, 0));

function entryLine(what: string, { kind, path, bytes, lastUsed, inUse }: CacheEntry): string {
  const why = inUse === undefined ? "" : `, ${inUse}`;
  const used = lastUsed.toISOString().slice(0, 10);
  return `${what}  ${mib(bytes).padStart(9)}  ${kind}, last used ${used}${why}: ${path}`;
}

/** One line each, but package files as one: there are hundreds. */
function lines(what: string, entries: readonly CacheEntry[]): string[] {
  const single = entries.filter(({ kind }) => kind !== "package file");
  const files = entries.filter(({ kind }) => kind === "package file");
  const [first] = files;
  const all = `${what}  ${total(files).padStart(9)}  ${files.length} package files`;
  return [
    ...single.map((one) => entryLine(what, one)),
    ...(first === undefined ? [] : [`${all}: ${dirname(first.path)}`]),
  ];
}

function tell(report: CleanCacheReport, dryRun: boolean, { out, err }: Terminal): void {
  const { removed, kept, failed } = report;
  const done = dryRun ? "would go" : "removed ";
  for (const line of [...lines(done, removed), ...lines("stays   ", kept)]) out.line(line);
  for (const { entry, error } of failed) err.line(`${entry.path} stays: ${error.message}`);
  const verb = dryRun ? "would be removed" : "removed";
  err.line(`${removed.length} (${total(removed)}) ${verb}, ${kept.length} (${total(kept)}) kept`);
}

/** `clean`: removes what is cached and was not used for long. Returns the exit code. */
export async function cleanCommand(
  system: string,
  argv: readonly string[],
  terminal: Terminal,
): Promise<number> {
  const { words, values } = parseFlags(argv, cleanFlags);
  if (values["help"] === true) {
    terminal.out.line(help(system));
    return exitCodes.ok;
  }
  refuseWords({ system, verb: "clean" }, words);
  const dryRun = values["dryRun"] === true;
  const olderThanMs = ageMs(String(values["olderThan"] ?? "30d"));
  const report = await cleanCache({ olderThanMs, dryRun });
  const { removed, kept, failed } = report;
  if (values["json"] === true) {
    terminal.out.line(
      JSON.stringify({ dryRun, removed, kept, failed: failed.map(({ entry }) => entry) }, null, 2),
    );
  } else tell(report, dryRun, terminal);
  return failed.length > 0 ? exitCodes.partial : exitCodes.ok;
}
