import { exitCodes } from "../errors/catalogue.js";
import type { BuiltKernel } from "../kernel/built.js";
import { bringBuilds } from "../system/builds/bring-builds.js";
import type { Build } from "../system/builds/build.js";
import { buildHere, builtHere } from "../system/builds/build-here.js";
import { buildsOf } from "../system/setup-plan.js";
import type { System } from "../system/system.js";
import { openTestbed } from "../testbed/open-testbed.js";
import type { Progress } from "../testbed/testbed.js";
import { bootingKernel, guestKernel } from "./guest-kernel.js";
import type { Stages } from "./setup-stages.js";
import type { SetupWords } from "./setup-words.js";
import type { Terminal } from "./terminal.js";
import { testbedSpec } from "./testbed-spec.js";
import { hang } from "./wrap.js";

/** What a verb works on: guests or namespaces, which nothing has to be changed on. */
export interface EmbeddedWork {
  readonly system: System;
  readonly words: SetupWords;
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
}

/** What guests come with, for a person. */
function guestText(system: System, built: BuiltKernel | undefined): string {
  const { kernel, packages } = system.guest();
  const parts = [built?.release ?? kernel, ...packages];
  return `guests are made of ${parts.join(", ")}, kept in the cache`;
}

interface PlannedBuild {
  readonly name: string;
  readonly state: "built" | "to build";
}

async function plannedBuilds(
  { system, words, signal }: EmbeddedWork,
  kernel: BuiltKernel | undefined,
): Promise<PlannedBuild[]> {
  const found: PlannedBuild[] = [];
  for (const build of buildsOf(system, words.aim)) {
    const there = (await builtHere(build, { signal, kernel })) !== undefined;
    found.push({ name: build.name, state: there ? "built" : "to build" });
  }
  return found;
}

function tellBuilds(
  builds: readonly PlannedBuild[],
  { system, words, terminal }: EmbeddedWork,
  kernel: BuiltKernel | undefined,
) {
  const { out } = terminal;
  const isVm = words.testbed.kind === "vm";
  const guests = isVm ? hang("  = ", guestText(system, kernel), out.columns) : [];
  const lines = builds.map(({ name, state }) =>
    state === "built" ? `  = build ${name}: fine already` : `  ~ build ${name}`,
  );
  for (const line of [out.style("bold", "this machine"), ...guests, ...lines]) out.line(line);
}

/** Says what `setup` would build here; guests and namespaces need nothing else. Returns the exit code. */
export async function planEmbedded(work: EmbeddedWork): Promise<number> {
  const { words, terminal } = work;
  const { out } = terminal;
  const kernel = await guestKernel(work.system, words.testbed);
  const builds = await plannedBuilds(work, kernel);
  const changes = builds.filter(({ state }) => state === "to build").length;
  if (words.json) {
    out.line(
      JSON.stringify({ planVersion: 1, changes, impossible: 0, hosts: [], builds }, null, 2),
    );
  } else {
    tellBuilds(builds, work, kernel);
    out.line(changes === 0 ? "nothing to do" : `${changes} to build; a run does it, too`);
  }
  return changes > 0 && words.detailedExitcode ? exitCodes.pending : exitCodes.ok;
}

/** Builds what is built from sources and, where more than that is asked for, has guests ready to start. */
async function prepare(
  { system, words, signal }: EmbeddedWork,
  progress: Progress,
): Promise<ReadonlyMap<Build, string>> {
  const directories = new Map<Build, string>();
  const kernel = await guestKernel(system, words.testbed);
  for (const build of buildsOf(system, words.aim)) {
    const { mirrors } = words;
    directories.set(build, await buildHere(build, { mirrors, kernel, signal, progress }));
  }
  const { kind } = words.testbed;
  if (words.verb === "setup" && kind !== "netns") {
    // opening builds the image and keeps a snapshot of booted guests
    const spec = bootingKernel(testbedSpec(system, words.testbed), kernel);
    const testbed = await openTestbed(spec, { signal, progress });
    await using _ = testbed;
    if (kind === "kept") await bringBuilds(testbed, { directories, signal, progress });
  }
  return directories;
}

/** Has everything in this machine's cache that a run on guests or namespaces would need. Returns the exit code. */
export async function setUpEmbedded(work: EmbeddedWork, stages: Stages): Promise<number> {
  const { words, terminal } = work;
  const { out, err } = terminal;
  const directories = await stages.show((progress) => prepare(work, progress));
  const builds = [...directories].map(([{ name }, directory]) => ({ name, directory }));
  if (words.json) out.line(JSON.stringify({ builds }, null, 2));
  for (const { name, directory } of builds) {
    for (const line of hang(`${name}: `, directory, err.columns)) err.line(line);
  }
  err.line(builds.length === 0 && words.verb === "build" ? "nothing to build" : "ready");
  return exitCodes.ok;
}
