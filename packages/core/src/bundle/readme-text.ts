import { quoteArgv } from "../command/quote.js";
import type { RunRecord } from "../result/record.js";

/** What a bundle says about itself. */
export interface ReadmeFacts {
  readonly record: RunRecord;
  readonly pseudonymised: boolean;
  readonly kept: readonly string[];
  readonly binary: readonly string[];
}

const list = (facts: Readonly<Record<string, string>>, names: readonly string[]): string[] =>
  names.flatMap((name) => (facts[name] === undefined ? [] : [`- ${name}: ${facts[name]}`]));

/** Facts a reader asks for first; the record has all of them. */
const machineNames = ["distribution", "kernel", "cpuModel", "cpus", "governor", "mitigations"];

function testbedWords({ campaign, testbed }: RunRecord): string {
  const kind = campaign?.testbed["kind"];
  return kind === "netns" || kind === "vm" ? kind : testbed.kind === "ssh" ? "FILE" : testbed.kind;
}

function rerunLines(record: RunRecord): string[] {
  const { campaign, system, coreVersion } = record;
  const { command } = campaign ?? {};
  const testbed = testbedWords(record);
  const words = ["run", "campaign.yaml", "--testbed", testbed, "--out", "results/again"];
  const again = quoteArgv([system.name, ...words]);
  const file =
    testbed === "FILE" ? ["", "FILE describes your own two hosts: docs/testbed-file.md."] : [];
  return [
    `With ${system.name} ${system.version} (core ${coreVersion}):`,
    "",
    ...(command === undefined
      ? ["A program started the run; there was no command line."]
      : ["As it was started:", "", `    ${quoteArgv([system.name, ...command])}`]),
    "",
    "The same variants with all their options, from the file beside this one:",
    "",
    `    ${again}`,
    ...file,
  ];
}

function hostLines({ machines, hosts = [] }: RunRecord): string[] {
  return [
    ...machines.flatMap(({ machine, facts }) => [
      `${machine}:`,
      "",
      ...list(facts, machineNames),
      "",
    ]),
    ...hosts.flatMap(({ host, facts }) => {
      const tools = Object.keys(facts).filter((name) => name.startsWith("tool "));
      return [`${host}:`, "", ...list(facts, ["nic", "nicDriver", "nicFirmware", ...tools]), ""];
    }),
  ];
}

function pseudonymLines({ pseudonymised, kept, binary }: ReadmeFacts): string[] {
  if (!pseudonymised) return [];
  return [
    "## Pseudonyms",
    "",
    "Names of hosts and users, IP and MAC addresses, GUIDs and GIDs, home directories and serial numbers are",
    "replaced, the same one by the same pseudonym in all files. The key is not kept.",
    ...(kept.length === 0
      ? []
      : [`Words every record has stay, also as names: ${kept.join(", ")}.`]),
    ...(binary.length === 0
      ? []
      : [`These files are no text and stay as they were: ${binary.join(", ")}.`]),
    "",
  ];
}

/** What stands in the bundle of a run, where it comes from, and how to run it again. */
export function readmeText(facts: ReadmeFacts): string {
  const { record } = facts;
  const { id, system, state, startedAt, endedAt, trials, testbed } = record;
  const valid = trials.filter(({ verdict }) => verdict.state === "valid").length;
  const lines = [
    `# ${system.name} ${id}`,
    "",
    `${trials.length} trials, ${valid} of them valid; ${state}. From ${startedAt} to ${endedAt ?? "an unknown time"}, testbed ${testbed.kind} (${testbed.evidence}).`,
    ...testbed.notices.map((notice) => `Note: ${notice}.`),
    "",
    "## Files",
    "",
    "- `run.json`: the record, with figures, verdicts and provenance of both ends",
    "- `raw/VARIANT/REPETITION/`: outputs of the tools and snapshots of the hosts",
    "- `transcript/`: every command on every host; `events.ndjson`: what happened when",
    "- `campaign.yaml`: what was measured, to be run again",
    "- `SHA256SUMS`: `sha256sum -c SHA256SUMS` (macOS: `shasum -a 256 -c SHA256SUMS`) checks all of them",
    "",
    `\`${system.name} report .\` makes a page of figures, \`${system.name} compare . OTHER\` compares, \`${system.name} parse FILE\` reads an output of a tool again.`,
    "",
    "## To run it again",
    "",
    ...rerunLines(record),
    "",
    "## Where it ran",
    "",
    ...hostLines(record),
    ...pseudonymLines(facts),
  ];
  return `${lines.join("\n").trimEnd()}\n`;
}
