import { exitCodes } from "../errors/catalogue.js";
import { hostsInUse } from "../experiment/roles.js";
import { applyPlan } from "../plan/apply-plan.js";
import { planJson } from "../plan/format-plan.js";
import { makePlan, type Plan } from "../plan/plan.js";
import type { Build } from "../system/builds/build.js";
import { buildHere, builtHere } from "../system/builds/build-here.js";
import { type BuildForHosts, copyKey, forHost } from "../system/host-builds.js";
import { type BuildSource, setupTargets } from "../system/setup-plan.js";
import type { System } from "../system/system.js";
import type { Testbed } from "../testbed/testbed.js";
import { confirmOnTerminal } from "./confirm-on-terminal.js";
import { planLines, planOutcome } from "./plan-text.js";
import type { Stages } from "./setup-stages.js";
import type { SetupWords } from "./setup-words.js";
import type { Terminal } from "./terminal.js";
import { hang } from "./wrap.js";

/** What a verb works on: hosts that are there already, and who is told. */
export interface HostsAtWork {
  readonly system: System;
  readonly words: SetupWords;
  readonly testbed: Testbed;
  readonly terminal: Terminal;
  readonly stages: Stages;
  readonly signal: AbortSignal;
}

/** What would change on hosts. */
export interface HostsPlan {
  readonly plan: Plan;
  /** What this machine would have to build first; the hosts are to get copies of it. */
  readonly unbuilt: readonly Build[];
}

/** What the controller builds for the hosts, each once. */
async function wantedHere({ system, words, testbed, signal }: HostsAtWork) {
  const question = { testbed, aim: words.aim, signal };
  const hosts = hostsInUse(testbed, words.aim.variants);
  const all = await Promise.all(hosts.map((host) => forHost(system, host, question)));
  return [...new Map(all.flat().map((one) => [copyKey(one), one])).values()];
}

/** What is built on this machine already, for hosts that get copies. */
async function builtSoFar(wanted: readonly BuildForHosts[], signal: AbortSignal) {
  const directories = new Map<string, string>();
  for (const one of wanted) {
    const directory = await builtHere(one.build, { signal, release: one.release });
    if (directory !== undefined) directories.set(copyKey(one), directory);
  }
  return directories;
}

async function buildAll(
  wanted: readonly BuildForHosts[],
  { words, signal, stages }: HostsAtWork,
): Promise<Map<string, string>> {
  const { mirrors } = words;
  return await stages.show(async (progress) => {
    const directories = new Map<string, string>();
    for (const one of wanted) {
      const { build, release } = one;
      const options = { mirrors, signal, progress, ...(release === undefined ? {} : { release }) };
      directories.set(copyKey(one), await buildHere(build, options));
    }
    return directories;
  });
}

/** Where the artefacts come from; builds what the controller has to, unless only a plan is asked for. */
async function sourceOf(work: HostsAtWork) {
  const { words, signal } = work;
  if (words.buildOn === "hosts") {
    return { source: { kind: "hosts", mirrors: words.mirrors } as const, unbuilt: [] };
  }
  const wanted = await wantedHere(work);
  const directories =
    words.verb === "plan" ? await builtSoFar(wanted, signal) : await buildAll(wanted, work);
  const unbuilt = wanted.filter((one) => !directories.has(copyKey(one))).map(({ build }) => build);
  const source: BuildSource =
    unbuilt.length === 0 ? { kind: "copies", directories } : { kind: "none" };
  return { source, unbuilt };
}

/** Asks the hosts what would change. Changes nothing on them. */
export async function planHosts(work: HostsAtWork): Promise<HostsPlan> {
  const { system, words, testbed, signal, stages } = work;
  const { source, unbuilt } = await sourceOf(work);
  const onlyBuilds = words.verb === "build";
  const { aim } = words;
  const plan = await stages.show(async (progress) => {
    progress({ kind: "setup.ask", text: "asking the hosts what they have" });
    const request = { testbed, aim, source, onlyBuilds, signal };
    return await makePlan(await setupTargets(system, request), { signal });
  });
  return { plan, unbuilt };
}

/** A plan for a person, in lines and then in one. */
export function tellPlan({ plan, unbuilt }: HostsPlan, work: HostsAtWork, out: Terminal["out"]) {
  for (const line of planLines(plan, { out, verbose: work.words.verbose })) out.line(line);
  for (const { name } of unbuilt) {
    const text = `build ${name} on this machine, then copy it to the hosts`;
    for (const line of hang("  ~ ", text, out.columns)) out.line(line);
  }
  out.line(unbuilt.length > 0 && plan.changes === 0 ? "something to build" : planOutcome(plan));
}

/** The same as data. */
export const planData = ({ plan, unbuilt }: HostsPlan) => ({
  ...planJson(plan),
  toBuildHere: unbuilt.map(({ name, source }) => ({ name, ...source })),
});

/** Whether the plan is agreed to. */
async function isAgreed(plan: Plan, { words, signal }: HostsAtWork) {
  if (words.yes) return true;
  const hosts = plan.hosts.map(({ host }) => host.name).join(" and ");
  return await confirmOnTerminal(`change ${hosts} like this?`, signal);
}

/**
 * Shows what would change on the hosts and, agreed to, does it. What is done stays done when a step fails or a signal
 * comes: the next call goes on from there. Returns the exit code.
 */
export async function changeHosts(work: HostsAtWork): Promise<number> {
  const { words, terminal, signal, stages } = work;
  const { out, err } = terminal;
  const found = await planHosts(work);
  const { plan } = found;
  tellPlan(found, work, err);
  const tellData = (applied: readonly unknown[]) => {
    if (words.json) out.line(JSON.stringify({ plan: planData(found), applied }, null, 2));
  };
  if (plan.impossible.length === 0 && plan.changes === 0) {
    tellData([]);
    return exitCodes.ok;
  }
  if (plan.impossible.length === 0 && !(await isAgreed(plan, work))) {
    err.line("nothing was changed");
    return exitCodes.failed;
  }
  const report = await stages.show((progress) => applyPlan(plan, { signal, progress }));
  tellData(report.hosts);
  const made = report.changes === 1 ? "1 change is made" : `${report.changes} changes are made`;
  err.line(`${made}; restore undoes ${report.changes === 1 ? "it" : "them"}`);
  return exitCodes.ok;
}
