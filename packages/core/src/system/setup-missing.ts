import { hoststackError } from "../errors/error.js";
import { hostsInUse } from "../experiment/roles.js";
import type { Variant } from "../experiment/variant.js";
import { askFacts } from "../facts/fact.js";
import type { Host } from "../host/host.js";
import { makePlan } from "../plan/plan.js";
import type { Testbed } from "../testbed/testbed.js";
import { builtFact, missingArtefacts } from "./builds/built-fact.js";
import { builtModulesFact, moduleOf } from "./builds/built-module-fact.js";
import { type BuildForHosts, forHost } from "./host-builds.js";
import type { SetupAim } from "./setup.js";
import { setupOptions, setupTargets } from "./setup-plan.js";
import type { System } from "./system.js";

/** Something a host lacks that a setup brings. */
interface Missing {
  readonly host: string;
  readonly what: string;
}

/** What is to be run, and how a person would set the hosts up for it. */
export interface SetupCheck {
  readonly testbed: Testbed;
  readonly variants: readonly Variant[];
  /** The command line of `setup`. */
  readonly remedy: string;
  readonly signal: AbortSignal;
}

async function missingSteps(
  system: System,
  aim: SetupAim<unknown>,
  { testbed, signal }: SetupCheck,
): Promise<Missing[]> {
  const source = { kind: "none" } as const;
  const targets = await setupTargets(system, { testbed, aim, source, signal });
  const { hosts } = await makePlan(targets, { signal });
  return hosts.flatMap(({ host, steps }) =>
    steps.flatMap(({ step, decision }) => {
      if (decision.state === "satisfied") return [];
      const still = `it still has to ${step.title}`;
      return [{ host: host.name, what: decision.state === "impossible" ? decision.reason : still }];
    }),
  );
}

/** What a host lacks of a build. Programs count wherever they were built, a module for the kernel that runs. */
async function lackOf(host: Host, one: BuildForHosts, signal: AbortSignal): Promise<Missing[]> {
  const { build, release } = one;
  const what = `it still has to build ${build.name}`;
  if (build.module !== undefined) {
    const fact = builtModulesFact(build.module.name);
    const { modules } = await askFacts(host, { modules: fact }, signal);
    const found = moduleOf(build, modules);
    if (found === undefined) return [{ host: host.name, what }];
    if (found.release === release) return [];
    const other = `${build.name} is built for the kernel ${found.release}, but ${release} is running`;
    return [{ host: host.name, what: other }];
  }
  const { built } = await askFacts(host, { built: builtFact(build) }, signal);
  return missingArtefacts(build, built).length === 0 ? [] : [{ host: host.name, what }];
}

async function missingBuilds(
  system: System,
  aim: SetupAim<unknown>,
  { testbed, signal }: SetupCheck,
): Promise<Missing[]> {
  const asked = hostsInUse(testbed, aim.variants).map(async (host) => {
    const builds = await forHost(system, host, { testbed, aim, signal });
    return await Promise.all(builds.map((one) => lackOf(host, one, signal)));
  });
  return (await Promise.all(asked)).flat(2);
}

/**
 * Checks that hosts which are there already have what a run needs. It changes nothing. Throws SETUP_MISSING naming
 * what is missing where, and the command that brings it.
 */
export async function checkSetup(system: System, check: SetupCheck): Promise<void> {
  const options = await setupOptions(system, {});
  const aim = { options, variants: check.variants };
  const missing = [
    ...(await missingSteps(system, aim, check)),
    ...(await missingBuilds(system, aim, check)),
  ];
  if (missing.length === 0) return;
  const hosts = [...new Set(missing.map(({ host }) => host))];
  const lines = hosts.map((host) => {
    const own = missing.filter((one) => one.host === host).map(({ what }) => what);
    return `${host}: ${own.join("; ")}`;
  });
  throw hoststackError("SETUP_MISSING", lines.join("\n"), {
    remedy: `a run installs nothing on these hosts; see and do it: ${check.remedy}`,
    details: { missing },
  });
}
