import { join } from "node:path";
import { hoststackError } from "../../errors/error.js";
import type { Host } from "../../host/host.js";
import { putFile } from "../../host/transfer/put-file.js";
import { putTree } from "../../host/transfer/put-tree.js";
import type { PlanProgress } from "../../plan/apply-host.js";
import { type ApplyReport, applyPlan } from "../../plan/apply-plan.js";
import { type HostPlan, makePlan, type Plan } from "../../plan/plan.js";
import type { Step } from "../../plan/step.js";
import { type BootFacts, bootFacts, readingMs } from "../boot/boot-facts.js";
import { bootLoaderStep } from "../boot/boot-loader-step.js";
import { bootObstacle } from "../boot/boot-obstacle.js";
import { deadManSteps } from "../boot/dead-man.js";
import { kernelStep, stagedDirectory } from "./kernel-step.js";
import { buildLinks, type KernelTree } from "./kernel-tree.js";

/** How a kernel is installed. */
export interface InstallOptions {
  readonly signal?: AbortSignal;
  readonly progress?: PlanProgress;
}

/**
 * The steps that install a kernel on a host, in order: the dead man who resets a machine whose boot is not confirmed,
 * the default that stays, the kernel. The menu and the first file system are made with what comes before.
 */
function kernelInstallSteps(facts: BootFacts, tree: KernelTree): readonly Step[] {
  const deadMan = facts.initramfsTool === "update-initramfs" ? deadManSteps() : [];
  return [...deadMan, bootLoaderStep(), kernelStep(tree)];
}

/**
 * Plans the installation of a kernel; changes nothing. Throws BOOT_REFUSED with the reasons of every host that cannot
 * be booted into another kernel with a way back, and what `Host.batch` throws.
 */
export async function planKernelInstall(
  hosts: readonly Host[],
  tree: KernelTree,
  { signal }: InstallOptions = {},
): Promise<Plan> {
  const asked = await Promise.all(
    hosts.map(async (host) => ({ host, facts: await bootFacts(host, signal) })),
  );
  refuseHosts(asked);
  const targets = asked.map(({ host, facts }) => ({
    host,
    steps: kernelInstallSteps(facts, tree),
  }));
  return await makePlan(targets, { deadlineMs: readingMs, ...(signal && { signal }) });
}

/** Throws BOOT_REFUSED when a host cannot be booted into another kernel with a way back. */
function refuseHosts(asked: readonly { host: Host; facts: BootFacts }[]): void {
  const refused = asked.flatMap(({ host, facts }) => {
    const obstacle = bootObstacle(facts);
    return obstacle === undefined ? [] : [{ host: host.name, ...obstacle }];
  });
  const [first] = refused;
  if (first === undefined) return;
  const lines = refused.map(({ host, reason }) => `${host}: ${reason}`);
  const [line = "", ...more] = lines;
  throw hoststackError("BOOT_REFUSED", [line, ...more].join("\n"), {
    remedy: first.remedy,
    details: { refused },
  });
}

/**
 * Does what {@link planKernelInstall} planned: copies the kernel to the hosts that need it, each file verified, and
 * applies the plan. All of it stays until `restore`. Throws TRANSFER_FAILED and what `applyPlan` throws.
 */
export async function installKernel(
  plan: Plan,
  tree: KernelTree,
  options: InstallOptions = {},
): Promise<ApplyReport> {
  if (plan.impossible.length === 0) {
    await Promise.all(plan.hosts.map((hostPlan) => stage(hostPlan, tree, options)));
  }
  return await applyPlan(plan, options);
}

const makeDirectory = 'umask 077; exec mkdir -p -- "$1/boot"';

async function stage(
  { host, place, steps }: HostPlan,
  tree: KernelTree,
  { signal, progress }: InstallOptions,
): Promise<void> {
  const { directory, release } = tree;
  const needed = steps.some(
    ({ step, decision }) => step.id === kernelStep(tree).id && decision.state === "needed",
  );
  if (!needed) return;
  progress?.({ kind: "kernel.copy", text: `${host.name}: copying ${release}` });
  const stopping = signal === undefined ? {} : { signal };
  const staged = stagedDirectory({ savedDirectory: `${place.stateDirectory}/saved` }, release);
  await host.run({ argv: ["sh", "-c", makeDirectory, "sh", staged] });
  for (const name of ["vmlinuz", "config", "System.map"]) {
    const path = `boot/${name}-${release}`;
    await putFile(host, {
      localPath: join(directory, path),
      path: `${staged}/${path}`,
      mode: 0o644,
      ...stopping,
    });
  }
  if (tree.moduleBytes === 0) return;
  await putTree(host, {
    localPath: join(directory, "lib/modules", release),
    path: `${staged}/modules`,
    exclude: buildLinks,
    ...stopping,
  });
}
