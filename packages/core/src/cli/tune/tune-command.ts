import { exitCodes } from "../../errors/catalogue.js";
import { didYouMean } from "../../errors/did-you-mean.js";
import { hoststackError } from "../../errors/error.js";
import { type ParsedFlags, parseFlags } from "../flags.js";
import { interruptible } from "../signals.js";
import type { Terminal } from "../terminal.js";
import { verboseHosts } from "../verbose.js";
import { namedProfile, type TuneRequest, tuneApply } from "./apply.js";
import { type TuneVerbName, tuneVerbs } from "./flags.js";
import { tuneHelp, tuneVerbHelp } from "./help.js";
import { tuneRestore, tuneStatus } from "./restore.js";
import { openTuneHosts, type TuneHosts } from "./tune-hosts.js";

const verbNames = Object.keys(tuneVerbs) as TuneVerbName[];

function verbOf(word: string): TuneVerbName {
  const verb = verbNames.find((name) => name === word);
  if (verb !== undefined) return verb;
  throw hoststackError("OPTIONS_INVALID", `tune has no command "${word}"`, {
    remedy: `${didYouMean(word, verbNames)}commands are ${verbNames.join(", ")}`,
  });
}

/** The same hosts, telling each command that goes to them. */
function telling(opened: TuneHosts, verbose: boolean, { err }: Terminal): TuneHosts {
  if (!verbose) return opened;
  const hosts = verboseHosts(
    opened.chosen.map(({ host }) => host),
    (line) => err.line(line),
  );
  const chosen = opened.chosen.map((one, index) => ({ ...one, host: hosts[index] ?? one.host }));
  return { ...opened, chosen };
}

async function runVerb(
  verb: TuneVerbName,
  { words, values }: ParsedFlags,
  terminal: Terminal,
): Promise<number> {
  const profile = verb === "apply" ? await namedProfile(words[0]) : undefined;
  const rest = verb === "apply" ? words.slice(1) : words;
  return await interruptible(async (signal) => {
    const { testbed } = values;
    await using opened = await openTuneHosts({ testbed, hosts: rest, signal });
    const request: TuneRequest = {
      yes: values["yes"] === true,
      json: values["json"] === true,
      verbose: values["verbose"] === true,
      signal,
    };
    const hosts = telling(opened, request.verbose, terminal);
    if (profile !== undefined) return await tuneApply(profile, hosts, { request, terminal });
    return verb === "restore"
      ? await tuneRestore(hosts, request, terminal)
      : await tuneStatus(hosts, request, terminal);
  });
}

/** `tune COMMAND`: host tuning by profiles. Returns the exit code. */
export async function tuneCommand(
  system: string,
  argv: readonly string[],
  terminal: Terminal,
): Promise<number> {
  const [word, ...rest] = argv;
  if (word === "--help" || word === "-h" || word === "help") {
    terminal.out.line(tuneHelp(system));
    return exitCodes.ok;
  }
  if (word === undefined) {
    terminal.err.line(tuneHelp(system));
    return exitCodes.usage;
  }
  const verb = verbOf(word);
  const parsed = parseFlags(rest, tuneVerbs[verb].flags);
  if (parsed.values["help"] === true) {
    terminal.out.line(tuneVerbHelp(system, verb));
    return exitCodes.ok;
  }
  return await runVerb(verb, parsed, terminal);
}
