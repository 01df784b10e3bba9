import { isHoststackError } from "@hoststack/tools";
import { hoststackError } from "../../errors/error.js";
import { type TaintFlag, taintFlags } from "../../facts/taint.js";
import type { Host } from "../../host/host.js";
import { applyScoped, type ScopedOptions } from "../../plan/apply-scoped.js";
import { makePlan } from "../../plan/plan.js";
import type { Step } from "../../plan/step.js";
import { moduleStep } from "../../steps/module.js";
import { isHarmless, type KernelFault } from "../../steps/module-file/kernel-faults.js";
import type { KernelMessage } from "../../steps/module-file/kernel-log.js";
import { type ModuleFileStepOptions, moduleFileStep } from "../../steps/module-file.js";
import type { BuiltModule } from "./built-module.js";
import { type KernelMark, kernelFaultError, kernelSince, markKernel } from "./kernel-watch.js";
import { unloadModule } from "./unload-module.js";

/** Which module is loaded and how. */
export interface LoadModuleOptions
  extends Omit<ModuleFileStepOptions, "after" | "lifetime" | "module">,
    Pick<ScopedOptions, "deadlineMs" | "lease" | "leaseMs" | "progress" | "signal"> {
  readonly module: BuiltModule;
  /** Unload another build of it that is loaded, rather than refuse. @default false */
  readonly replace?: boolean;
}

/** A module that is loaded until this is disposed. */
export interface LoadedModule extends AsyncDisposable {
  readonly module: BuiltModule;
  /** Why the kernel counted itself as tainted before, lowest bit first. */
  readonly taintBefore: readonly TaintFlag[];
  readonly taintAfter: readonly TaintFlag[];
  /** What the kernel said while the module was loaded. */
  readonly messages: readonly KernelMessage[];
  /** Warnings among them, where these are accepted. */
  readonly warnings: readonly KernelFault[];
  /** Fires with LEASE_LOST when the host unloads the module itself. */
  readonly lost: AbortSignal;
}

/**
 * Loads a built module with those it depends on, as a plan whose changes are undone when the result is
 * disposed, or by the host when this process dies. The kernel's log is read over all that time.
 *
 * Throws PLAN_IMPOSSIBLE before anything is done, e.g. for another kernel than the module's; KERNEL_FAULT
 * with the cause when the kernel complained, HOST_UNREACHABLE when it took the host down; MODULE_IN_USE
 * when what is to be replaced is held; else as `applyScoped` does. Disposing throws KERNEL_FAULT for what
 * went wrong since, and RESTORE_CONFLICT with those who hold the module when it could not be unloaded.
 */
export async function loadModule(host: Host, options: LoadModuleOptions): Promise<LoadedModule> {
  const { module, replace = false } = options;
  const steps = moduleSteps(options);
  if (replace) await makeRoom(host, options, steps);
  const before = await markKernel(host);
  const doing = `${module.name} was loaded`;
  const { deadlineMs, lease, leaseMs, progress, signal } = options;
  const how = { deadlineMs, lease, leaseMs, progress, signal };
  const scoped = await applyScoped(await makePlan([{ host, steps }]), {
    ...definedOf(how),
    purpose: `load the module ${module.name}`,
  }).catch(async (error: unknown) => {
    throw await explained({ host, before, doing }, error);
  });
  const { messages, faults, mark } = await kernelSince(host, before);
  const unloading = { host, before: mark, doing: `${module.name} was in use or unloaded` };
  const dispose = async () => {
    try {
      await scoped[Symbol.asyncDispose]();
    } catch (error) {
      throw await explained(unloading, error);
    }
    const since = await kernelSince(host, mark);
    const serious = since.faults.filter(({ kind }) => isFailure(kind, options));
    if (serious.length > 0) throw faultOf(unloading, serious);
  };
  return {
    module,
    taintBefore: taintFlags(before.tainted),
    taintAfter: taintFlags(mark.tainted),
    messages,
    warnings: faults,
    lost: scoped.lost,
    [Symbol.asyncDispose]: dispose,
  };
}

/** What of some options is given. */
function definedOf<T extends object>(options: T) {
  const entries = Object.entries(options).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], undefined> };
}

/** The steps that load a built module: those it depends on by name, then its file. Throws OPTIONS_INVALID. */
function moduleSteps(options: LoadModuleOptions): readonly Step[] {
  const { module, path, parameters, warnings, unloadWaitMs } = options;
  const given = { path, parameters, warnings, unloadWaitMs };
  return [
    ...module.depends.map((name) => moduleStep({ name })),
    moduleFileStep({ ...definedOf(given), module }),
  ];
}

const isFailure = (kind: KernelFault["kind"], { warnings }: LoadModuleOptions) =>
  warnings !== "accept" || !isHarmless(kind);

/** Unloads the module when the plan refuses because of it. */
async function makeRoom(
  host: Host,
  { module, unloadWaitMs }: LoadModuleOptions,
  steps: readonly Step[],
): Promise<void> {
  const step = steps.at(-1);
  if (step === undefined) return;
  const [seen] = await host.batch([step.check]);
  const state = seen?.stdout ?? "";
  if (!/^(other|loaded) /.test(state)) return;
  await unloadModule(host, {
    name: module.name,
    ...(unloadWaitMs === undefined ? {} : { waitMs: unloadWaitMs }),
  });
}

interface Watched {
  readonly host: Host;
  readonly before: KernelMark;
  readonly doing: string;
}

/** The error with its cause in the kernel, where the kernel told one. */
async function explained({ host, before, doing }: Watched, error: unknown): Promise<unknown> {
  if (isHoststackError(error, "PLAN_IMPOSSIBLE")) return error;
  if (isHoststackError(error, "HOST_UNREACHABLE")) {
    const text = `${host.name} went away while ${doing}: its kernel may have panicked`;
    return hoststackError("HOST_UNREACHABLE", text, {
      cause: error,
      remedy: "look at its console, or at /sys/fs/pstore once it is back",
      details: { host: host.name },
    });
  }
  const { faults } = await kernelSince(host, before).catch(() => ({ faults: [] }));
  return faults.length === 0 ? error : faultOf({ host, before, doing }, faults, error);
}

function faultOf({ host, doing }: Watched, faults: readonly KernelFault[], cause?: unknown): Error {
  return kernelFaultError({ host: host.name, doing }, faults, cause);
}
