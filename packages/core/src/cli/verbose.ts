import { quoteArgv } from "../command/quote.js";
import type { Host } from "../host/host.js";
import type { TranscriptEntry } from "../host/transcript/entry.js";
import { Secrets } from "../host/transcript/secrets.js";
import { transcribed } from "../host/transcript/transcribed.js";
import type { Testbed } from "../testbed/testbed.js";

/** A script takes a line: its first one tells which it is. */
function firstLine(word: string): string {
  const [first = "", ...rest] = word.split("\n").filter((line) => line.trim() !== "");
  return rest.length === 0 ? first : `${first} ...`;
}

function commandText({ argv = [], cwd, env = {} }: TranscriptEntry): string {
  const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  const words = variables.length === 0 ? argv : ["env", ...variables, ...argv];
  const where = cwd === undefined ? "" : `cd ${quoteArgv([cwd])} && `;
  return `${where}${quoteArgv(words.map(firstLine))}`;
}

function endingText(entry: TranscriptEntry): string {
  const { exitCode, signal, timedOut, aborted, connectionLost, error } = entry;
  if (timedOut) return "timed out";
  if (connectionLost) return "connection lost";
  if (aborted) return "stopped";
  if (signal !== undefined) return `ended by ${signal}`;
  return exitCode === undefined ? (error ?? "ended") : `exit status ${exitCode}`;
}

/** Time a command took, in ms as long as that is readable. */
const tookText = ({ ms }: TranscriptEntry): string =>
  ms === undefined ? "" : `, ${ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`}`;

/** A line about a command on a host: what was run and how it ended, or what was started. */
export function verboseLine(entry: TranscriptEntry): string {
  const { host, how, argv, id, pid } = entry;
  if (argv === undefined) return `${host}: started ${id}: ${endingText(entry)}${tookText(entry)}`;
  if (how === "readFile" || how === "writeFile") {
    const verb = how === "readFile" ? "read" : "wrote";
    return `${host}: ${verb} ${commandText(entry)}: ${endingText(entry)}${tookText(entry)}`;
  }
  const text = `${host}$ ${commandText(entry)}`;
  if (how === "start" && pid !== undefined) return `${text}: started ${id}, process ${pid}`;
  return `${text}: ${endingText(entry)}${tookText(entry)}`;
}

/** The same hosts, telling each command that goes to them; secrets are masked as in transcripts. */
export function verboseHosts(hosts: readonly Host[], tell: (line: string) => void): Host[] {
  const secrets = new Secrets();
  const sink = { secrets, write: (entry: TranscriptEntry) => tell(verboseLine(entry)) };
  return hosts.map((host) => transcribed(host, sink));
}

/** The same testbed with such hosts. */
export function verboseTestbed(testbed: Testbed, tell: (line: string) => void): Testbed {
  return { ...testbed, hosts: verboseHosts(testbed.hosts, tell) };
}
