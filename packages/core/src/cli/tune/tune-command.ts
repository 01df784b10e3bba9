import type { System } from "../../system/system.js";
import { type GroupLine, readGroupLine } from "../command-group.js";
import { interruptible } from "../signals.js";
import type { Terminal } from "../terminal.js";
import { verboseHosts } from "../verbose.js";
import { type TuneRequest, tuneApply } from "./apply.js";
import { chosenProfile } from "./chosen-profile.js";
import { type TuneVerbName, tuneGroup } from "./flags.js";
import { tuneRestore } from "./restore.js";
import { tuneShow } from "./show.js";
import { tuneStatus } from "./status.js";
import { openTuneHosts, type TuneHosts } from "./tune-hosts.js";

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
  system: System,
  { command: verb, words, values }: GroupLine<TuneVerbName>,
  terminal: Terminal,
): Promise<number> {
  const takesProfile = verb === "apply" || verb === "show";
  const chosen = takesProfile ? await chosenProfile(system, verb, words[0]) : undefined;
  const rest = takesProfile ? words.slice(1) : words;
  return await interruptible(async (signal) => {
    const { testbed } = values;
    const partly = !takesProfile;
    await using opened = await openTuneHosts({ testbed, hosts: rest, partly, signal });
    const request: TuneRequest = {
      yes: values["yes"] === true,
      json: values["json"] === true,
      verbose: values["verbose"] === true,
      signal,
    };
    const hosts = telling(opened, request.verbose, terminal);
    const profile = await chosen?.(hosts, signal);
    if (profile === undefined) {
      return verb === "restore"
        ? await tuneRestore(hosts, request, terminal)
        : await tuneStatus(hosts, request, terminal);
    }
    return verb === "show"
      ? await tuneShow(profile, terminal)
      : await tuneApply(profile, hosts, { request, terminal });
  });
}

/** `tune COMMAND`: host tuning by profiles. Returns the exit code. */
export async function tuneCommand(
  system: System,
  argv: readonly string[],
  terminal: Terminal,
): Promise<number> {
  const line = readGroupLine(tuneGroup(system), { system: system.name, argv, terminal });
  return typeof line === "number" ? line : await runVerb(system, line, terminal);
}
