import { exitCodes } from "../errors/catalogue.js";
import type { AskSecret } from "../host/ssh-target.js";
import type { System } from "../system/system.js";
import { openTestbed } from "../testbed/open-testbed.js";
import { askOnTerminal } from "./ask-on-terminal.js";
import { planEmbedded, setUpEmbedded } from "./setup-embedded.js";
import type { SetupVerb } from "./setup-flags.js";
import { setupHelp } from "./setup-help.js";
import { changeHosts, type HostsAtWork, planData, planHosts, tellPlan } from "./setup-hosts.js";
import { Stages } from "./setup-stages.js";
import { readSetupWords, type SetupWords } from "./setup-words.js";
import { interruptible } from "./signals.js";
import type { Terminal } from "./terminal.js";
import { testbedSpec } from "./testbed-spec.js";
import { verboseTestbed } from "./verbose.js";
import { wrap } from "./wrap.js";

interface Call {
  readonly system: System;
  readonly words: SetupWords;
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
}

async function planOnly(work: HostsAtWork): Promise<number> {
  const { words, terminal } = work;
  const found = await planHosts(work);
  const { plan, unbuilt } = found;
  if (words.json) terminal.out.line(JSON.stringify(planData(found), null, 2));
  else tellPlan(found, work, terminal.out);
  if (plan.impossible.length > 0) return exitCodes.preflight;
  const pending = plan.changes + plan.passing + unbuilt.length > 0;
  return pending && words.detailedExitcode ? exitCodes.pending : exitCodes.ok;
}

/** On hosts of a testbed file. */
async function onHosts(call: Call, stages: Stages): Promise<number> {
  const { system, words, terminal, signal } = call;
  const { err } = terminal;
  const question = askOnTerminal(signal);
  const ask: AskSecret | undefined = question && ((what) => stages.aside(() => question(what)));
  const opened = await stages.show((progress) =>
    openTestbed(testbedSpec(system, words.testbed), {
      ...{ signal, progress },
      ...(ask === undefined ? {} : { ask }),
    }),
  );
  await using _ = opened;
  const tell = (line: string) => stages.line(line);
  const testbed = words.verbose ? verboseTestbed(opened, tell) : opened;
  for (const notice of opened.notices.flatMap((one) => wrap(one, err.columns))) {
    err.line(err.style("yellow", notice));
  }
  const work = { ...call, testbed, stages };
  return words.verb === "plan" ? await planOnly(work) : await changeHosts(work);
}

/** `plan`, `setup` or `build`. Returns the exit code. */
export async function setupCommand(
  system: System,
  verb: SetupVerb,
  { argv, terminal }: { readonly argv: readonly string[]; readonly terminal: Terminal },
): Promise<number> {
  if (argv.includes("--help") || argv.includes("-h")) {
    terminal.out.line(setupHelp(system, verb));
    return exitCodes.ok;
  }
  const words = await readSetupWords(system, verb, argv);
  return await interruptible(async (signal) => {
    const stages = new Stages(terminal.err);
    const call = { system, words, terminal, signal };
    if (words.testbed.kind === "file") return await onHosts(call, stages);
    return verb === "plan" ? await planEmbedded(call) : await setUpEmbedded(call, stages);
  });
}
