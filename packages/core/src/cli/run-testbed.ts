import type { Campaign } from "../campaign/campaign.js";
import { hoststackError } from "../errors/error.js";
import type { AskSecret } from "../host/ssh-target.js";
import type { BuiltKernel } from "../kernel/built.js";
import { runId } from "../result/run-id.js";
import { bringBuilds } from "../system/builds/bring-builds.js";
import type { Build } from "../system/builds/build.js";
import { buildHere } from "../system/builds/build-here.js";
import { moduleProvenance } from "../system/builds/module-provenance.js";
import { checkSetup } from "../system/setup-missing.js";
import { buildsOf, setupOptions } from "../system/setup-plan.js";
import type { System } from "../system/system.js";
import { endKept } from "../testbed/kept/end.js";
import { keepTestbed } from "../testbed/kept/keep.js";
import { openTestbed, type TestbedSpec } from "../testbed/open-testbed.js";
import type { Progress, Testbed } from "../testbed/testbed.js";
import type { ChosenTestbed } from "./chosen-testbed.js";
import { bootingKernel, guestKernel, kernelAim } from "./guest-kernel.js";
import { setupCommandLine, setupFlagWords } from "./setup-advice.js";
import { testbedSpec } from "./testbed-spec.js";

/** How the testbed of a run is opened. */
export interface RunTestbedContext {
  readonly signal: AbortSignal;
  readonly progress: Progress;
  readonly ask?: AskSecret;
}

/** The testbed of a run, and what becomes of it. */
export interface RunTestbed {
  readonly testbed: Testbed;
  /** Takes it down, or leaves it up under a name, which is returned. */
  close(keep: boolean): Promise<string | undefined>;
}

/** Only what a run makes itself can be left up. Throws OPTIONS_INVALID naming the flag. */
export function checkKeepable({ kind }: ChosenTestbed): void {
  if (kind === "vm" || kind === "netns") return;
  const text = `--keep-on-failure is for vm and netns: a ${kind === "file" ? "testbed file's hosts stay" : "kept testbed stays"} as they are anyway`;
  throw hoststackError("OPTIONS_INVALID", text, {
    remedy: "leave it out",
    details: { field: "keepOnFailure" },
  });
}

/** Opens a testbed that ends with this process. */
async function openOwned(spec: TestbedSpec, context: RunTestbedContext): Promise<RunTestbed> {
  const testbed = await openTestbed(spec, context);
  return {
    testbed,
    close: async () => {
      await testbed[Symbol.asyncDispose]();
      return undefined;
    },
  };
}

/**
 * Opens a testbed of a name of its own that outlives this process, so that it can be left up. When this process is
 * killed it stays as well; `testbed status` lists it.
 */
async function openKeepable(
  system: System,
  spec: Extract<TestbedSpec, { readonly kind: "netns" | "vm" }>,
  context: RunTestbedContext,
): Promise<RunTestbed> {
  const name = runId(String(process.pid));
  await keepTestbed({ name, system: system.name, spec, ...context });
  const opened = await openTestbed({ kind: "kept", name }, context).catch(
    async (error: unknown) => {
      await endKept(name);
      throw error;
    },
  );
  return {
    testbed: opened,
    close: async (keep) => {
      await opened[Symbol.asyncDispose]();
      if (keep) return name;
      await endKept(name);
      return undefined;
    },
  };
}

/** A run that is to be opened: what it measures, and where. */
export interface RunToOpen {
  readonly campaign: Pick<Campaign, "name" | "variants">;
  readonly testbed: ChosenTestbed;
  /** It may be left up. */
  readonly keepable: boolean;
  /** Where sources are looked for first. */
  readonly mirrors: readonly string[];
}

/** Builds on this machine what guests and namespaces are to have. */
async function builtForEmbedded(
  system: System,
  { campaign, testbed, mirrors }: RunToOpen,
  { signal, progress, kernel }: RunTestbedContext & { readonly kernel: BuiltKernel | undefined },
): Promise<Map<Build, string>> {
  const directories = new Map<Build, string>();
  if (testbed.kind === "file") return directories;
  const aim = {
    options: await setupOptions(system, {}),
    variants: campaign.variants,
    ...kernelAim(testbed),
  };
  for (const build of buildsOf(system, aim)) {
    directories.set(build, await buildHere(build, { mirrors, kernel, signal, progress }));
  }
  return directories;
}

/** Names `setup` can be given for what is run: those the user gave, where it knows them. */
function namesOf(system: System, { name, variants }: RunToOpen["campaign"]): string[] {
  const known = Object.hasOwn(system.experiments, name) || Object.hasOwn(system.suites, name);
  return known ? [name] : [...new Set(variants.map(({ experiment }) => experiment.name))];
}

/** Brings what was built into guests; on hosts that are there already it only looks whether all is there. */
async function makeReady(
  system: System,
  { testbed, run }: { readonly testbed: Testbed; readonly run: RunToOpen },
  context: RunTestbedContext & { readonly directories: ReadonlyMap<Build, string> },
): Promise<void> {
  const { signal } = context;
  if (run.testbed.kind !== "file") return await bringBuilds(testbed, context);
  const names = namesOf(system, run.campaign);
  const flags = setupFlagWords(system, run.campaign.variants);
  const remedy = `${setupCommandLine(system, names, run.testbed)}${flags}`;
  await checkSetup(system, { testbed, variants: run.campaign.variants, remedy, signal });
}

/**
 * Opens the testbed of a run; one that may be left up is opened so that it can be. What is built from sources is built
 * for guests and namespaces; hosts that are there already are never changed: SETUP_MISSING says what they lack.
 */
export async function openRunTestbed(
  system: System,
  run: RunToOpen,
  context: RunTestbedContext,
): Promise<RunTestbed> {
  const kernel = await guestKernel(system, run.testbed);
  const directories = await builtForEmbedded(system, run, { ...context, kernel });
  const spec = bootingKernel(testbedSpec(system, run.testbed, run.campaign.variants), kernel);
  const opened =
    run.keepable && (spec.kind === "netns" || spec.kind === "vm")
      ? await openKeepable(system, spec, context)
      : await openOwned(spec, context);
  try {
    await makeReady(system, { testbed: opened.testbed, run }, { ...context, directories });
    const { testbed } = opened;
    const provenance = { ...testbed.provenance, ...(await moduleProvenance(directories)) };
    return { ...opened, testbed: { ...testbed, provenance } };
  } catch (error) {
    await opened.close(false);
    throw error;
  }
}
