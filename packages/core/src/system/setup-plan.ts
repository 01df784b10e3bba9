import { hoststackError } from "../errors/error.js";
import { checkOptions } from "../experiment/options.js";
import { hostsInUse } from "../experiment/roles.js";
import type { Host } from "../host/host.js";
import { parsePlace, placeCommand } from "../plan/place.js";
import type { PlanTarget } from "../plan/plan.js";
import type { Step } from "../plan/step.js";
import { programsStep } from "../steps/programs.js";
import type { Testbed } from "../testbed/testbed.js";
import { type Build, buildKey, buildTools } from "./builds/build.js";
import { buildSteps, copySteps } from "./builds/build-steps.js";
import {
  buildsFor,
  copyKey,
  type RunningKernel,
  runningKernel,
  setupContext,
} from "./host-builds.js";
import type { SetupAim, SetupContext } from "./setup.js";
import type { System } from "./system.js";

/** Options of a system's setup, checked. Throws OPTIONS_INVALID naming the option. */
export async function setupOptions(
  system: System,
  given: Readonly<Record<string, unknown>>,
): Promise<unknown> {
  if (system.setup === undefined) return {};
  return await checkOptions(`setup of ${system.name}`, system.setup.options, given);
}

/** What a system builds from sources for some experiments, in guests and namespaces. */
export const buildsOf = ({ setup }: System, aim: SetupAim<unknown>): readonly Build[] =>
  setup?.builds?.(aim) ?? [];

/** Where the artefacts of builds on hosts come from. */
export type BuildSource =
  /** Each host builds its own. */
  | { readonly kind: "hosts"; readonly mirrors: readonly string[] }
  /** They were built elsewhere and lie in directories of this machine, by `copyKey`. */
  | { readonly kind: "copies"; readonly directories: ReadonlyMap<string, string> }
  /** Nothing is asked about them. */
  | { readonly kind: "none" };

/** What is to be set up where. */
export interface SetupRequest {
  readonly testbed: Testbed;
  readonly aim: SetupAim<unknown>;
  readonly source: BuildSource;
  /** Only what builds are made of, without what a run needs besides. @default false */
  readonly onlyBuilds?: boolean;
  readonly signal: AbortSignal;
}

/**
 * What should hold on every host that takes part: programs and packages, the steps of the system, its builds. The
 * hosts are asked the facts of the setup, nothing is changed. Throws as `askFacts` and the steps do.
 */
export async function setupTargets(system: System, request: SetupRequest): Promise<PlanTarget[]> {
  return await Promise.all(
    hostsInUse(request.testbed, request.aim.variants).map(async (host) => ({
      host,
      steps: await hostSteps(system, host, request),
    })),
  );
}

async function hostSteps(system: System, host: Host, request: SetupRequest): Promise<Step[]> {
  const { source, onlyBuilds = false, signal } = request;
  const context = await setupContext(system, host, request);
  const builds = buildsFor(system, context);
  const kernel = builds.some(({ module }) => module !== undefined)
    ? await runningKernel(host, signal)
    : undefined;
  const building = source.kind === "hosts" ? builds : [];
  const needs = onlyBuilds ? nothing : runNeeds(system, context);
  const wanted = [...needs.tools, ...building.flatMap(buildTools)];
  const programs = [...new Map(wanted.map((one) => [one.program, one])).values()];
  const packages = [...needs.packages, ...headerPackages(building, kernel)];
  return [
    ...(programs.length + packages.length > 0 ? [programsStep({ programs, packages })] : []),
    ...needs.steps,
    ...(await builtSteps(host, { builds, kernel }, request)),
  ];
}

const nothing = { tools: [], packages: [], steps: [] } as const;

/** What a run needs on a host beside what is built. */
const runNeeds = ({ setup }: System, context: SetupContext<unknown>) => ({
  tools: context.variants.flatMap(({ experiment }) => experiment.tools),
  packages: [...new Set(setup?.packages?.(context) ?? [])],
  steps: setup?.steps?.(context) ?? [],
});

/** As Debian and Ubuntu name the headers of a kernel of theirs; others are said to be missing by the build. */
const headerPackages = (building: readonly Build[], kernel: RunningKernel | undefined): string[] =>
  kernel === undefined || kernel.headers || building.every(({ module }) => module === undefined)
    ? []
    : [`linux-headers-${kernel.release}`];

interface HostBuilds {
  readonly builds: readonly Build[];
  /** Where a module is among them. */
  readonly kernel: RunningKernel | undefined;
}

async function builtSteps(
  host: Host,
  { builds, kernel }: HostBuilds,
  { source, signal }: SetupRequest,
): Promise<Step[]> {
  if (builds.length === 0 || source.kind === "none") return [];
  const place = await buildDirectory(host, source, signal);
  const steps = builds.map(async (build) => {
    const directory = `${place}/${buildKey(build)}`;
    if (source.kind === "hosts") return buildSteps(build, { directory, mirrors: source.mirrors });
    const release = build.module === undefined ? undefined : kernel?.release;
    const from = source.directories.get(copyKey({ build, release }));
    if (from === undefined) throw new Error(`${build.name} was not built`);
    return await copySteps(build, { from, directory });
  });
  return (await Promise.all(steps)).flat();
}

/** Where a host keeps builds. What was built here runs only on the same kind of processor. */
async function buildDirectory(
  host: Host,
  source: BuildSource,
  signal: AbortSignal,
): Promise<string> {
  const [told, kind] = await host.batch([placeCommand, { argv: ["uname", "-m"] }], { signal });
  const processor = kind?.stdout.trim();
  const own = { x64: "x86_64", arm64: "aarch64" }[process.arch as string] ?? process.arch;
  if (source.kind === "copies" && processor !== own) {
    const text = `what this machine builds is for ${own}, but ${host.name} is ${processor}`;
    throw hoststackError("OPTIONS_INVALID", text, {
      remedy: "build on the hosts: --build-on hosts",
      details: { field: "buildOn" },
    });
  }
  return `${parsePlace(host.name, told?.stdout ?? "").stateDirectory}/builds`;
}
