import { hostPlaces } from "../experiment/roles.js";
import { askFacts } from "../facts/fact.js";
import type { Host } from "../host/host.js";
import type { Testbed } from "../testbed/testbed.js";
import { type Build, buildKey } from "./builds/build.js";
import type { SetupAim, SetupContext } from "./setup.js";
import type { System } from "./system.js";

/** What is asked about one host. */
export interface HostQuestion {
  readonly testbed: Testbed;
  readonly aim: SetupAim<unknown>;
  readonly signal: AbortSignal;
}

/** What a setup sees of a host, which is asked its facts. Throws as `askFacts` does. */
export async function setupContext(
  { setup }: System,
  host: Host,
  { testbed, aim, signal }: HostQuestion,
): Promise<SetupContext<unknown>> {
  const place = hostPlaces(testbed, aim.variants).get(host.name);
  if (place === undefined) throw new Error(`${host.name} takes no part`);
  const facts = await askFacts(host, setup?.facts ?? {}, signal);
  return { ...aim, host: host.name, ...place, facts };
}

/** What a system builds from sources for one host that is there already. */
export const buildsFor = ({ setup }: System, context: SetupContext<unknown>): readonly Build[] =>
  setup?.builds?.(context, context) ?? [];

const kernelScript = `
release=$(uname -r)
[ -e "/lib/modules/$release/build/Makefile" ] && headers=yes || headers=no
printf '%s %s\\n' "$release" "$headers"
`;

/** The kernel a host runs, as far as modules are concerned. */
export interface RunningKernel {
  readonly release: string;
  /** Whether modules can be built against it there. */
  readonly headers: boolean;
}

/** Asks a host for its kernel. Throws as `Host.run` does. */
export async function runningKernel(host: Host, signal: AbortSignal): Promise<RunningKernel> {
  const { stdout } = await host.run({ argv: ["sh", "-c", kernelScript] }, { signal });
  const [release = "", headers] = stdout.trim().split(" ");
  return { release, headers: headers === "yes" };
}

/** Something the controller builds for hosts: a module is one for a kernel. */
export interface BuildForHosts {
  readonly build: Build;
  /** What `uname -r` says of the kernel; undefined for programs. */
  readonly release: string | undefined;
}

/** Tells what the controller has to build for hosts apart. */
export const copyKey = ({ build, release }: BuildForHosts): string =>
  release === undefined ? buildKey(build) : `${buildKey(build)} ${release}`;

/** The builds of a host with the kernel each is for. Throws as its questions do. */
export async function forHost(
  system: System,
  host: Host,
  question: HostQuestion,
): Promise<readonly BuildForHosts[]> {
  const context = await setupContext(system, host, question);
  const builds = buildsFor(system, context);
  if (!builds.some(({ module }) => module !== undefined)) {
    return builds.map((build) => ({ build, release: undefined }));
  }
  const { release } = await runningKernel(host, question.signal);
  return builds.map((build) => ({
    build,
    release: build.module === undefined ? undefined : release,
  }));
}
