import { exitCodes } from "../errors/catalogue.js";
import { exitCodeOf } from "../errors/error.js";
import type { Host } from "../host/host.js";
import { bootOnce } from "../kernel/boot/boot-once.js";
import type { BootProof, BootRequest } from "../kernel/boot/boot-request.js";
import { type BootPlan, bootPlanLines, planBoot } from "../kernel/boot/plan-boot.js";
import { installedKernel } from "../kernel/install/installed-kernel.js";
import { errorLines } from "./error-lines.js";
import { hostsProgress } from "./hosts-progress.js";
import { type KernelHosts, openKernelHosts } from "./kernel-hosts.js";
import { agreed, type KernelRequest, shownHosts } from "./kernel-request.js";
import { progressDisplay } from "./progress.js";
import type { Channel } from "./terminal.js";
import { hang } from "./wrap.js";

/** A host with what is to be booted there. */
interface PlannedBoot {
  readonly host: Host;
  readonly request: BootRequest;
  readonly plan: BootPlan;
}

const milliseconds = (seconds: unknown): number | undefined =>
  typeof seconds === "number" ? seconds * 1000 : undefined;

function bootOptions({ values, signal }: KernelRequest): Omit<BootRequest, "kernel"> {
  const deadlineMs = milliseconds(values["deadlineSeconds"]);
  const waitMs = milliseconds(values["waitSeconds"]);
  return {
    ...(deadlineMs === undefined ? {} : { deadlineMs }),
    ...(waitMs === undefined ? {} : { waitMs }),
    acceptManualReset: values["acceptManualReset"] === true,
    makeDefault: values["makeDefault"] === true,
    way: values["kexec"] === true ? "kexec" : "firmware",
    signal,
  };
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

function proofLine({ host, release, before, configFrom, tookMs }: BootProof): string {
  return `${host.name}: runs ${release}, proven by boot_id, uname -r and its configuration in ${configFrom}; ${before.release} before; ${seconds(tookMs)}`;
}

async function bootOne(
  { host, request }: PlannedBoot,
  opened: KernelHosts,
): Promise<Omit<BootProof, "host"> & { readonly line: string }> {
  const { host: rebooted, ...proof } = await bootOnce(await opened.rebootable(host), request);
  await rebooted[Symbol.asyncDispose]();
  return { ...proof, line: proofLine({ host: rebooted, ...proof }) };
}

/** Words of a command line: names of hosts, and perhaps a release before them. */
async function planned(
  request: KernelRequest,
  { hosts, release }: { readonly hosts: readonly Host[]; readonly release: string | undefined },
): Promise<readonly PlannedBoot[]> {
  const { signal } = request;
  return await Promise.all(
    hosts.map(async (host) => {
      const kernel = await installedKernel(host, { release, signal });
      const one = { ...bootOptions(request), kernel };
      return { host, request: one, plan: await planBoot(host, one) };
    }),
  );
}

/** What will happen on each host, for people. */
function tellPlans(boots: readonly PlannedBoot[], err: Channel): void {
  for (const { host, plan } of boots) {
    err.line(err.style("bold", host.name));
    for (const line of bootPlanLines(plan)) {
      for (const part of hang("  - ", line, err.columns)) err.line(part);
    }
  }
}

/** Boots while it is told; what is under way is gone from the terminal afterwards. */
async function toldBoots(boots: readonly PlannedBoot[], opened: KernelHosts, err: Channel) {
  using display = progressDisplay(err);
  const progress = hostsProgress(display, err);
  const booting = boots.map((one) => {
    return bootOne({ ...one, request: { ...one.request, progress } }, opened);
  });
  return await Promise.allSettled(booting);
}

/** Boots all at once; each host ends for itself. Returns the exit code of the last one that failed. */
async function bootAll(
  boots: readonly PlannedBoot[],
  opened: KernelHosts,
  { values, terminal: { out, err } }: KernelRequest,
): Promise<number> {
  let code: number = exitCodes.ok;
  const settled = await toldBoots(boots, opened, err);
  for (const [index, one] of settled.entries()) {
    if (one.status === "fulfilled") {
      const { line, ...proof } = one.value;
      const json = { host: boots[index]?.host.name, ...proof };
      if (values["json"] === true) out.line(JSON.stringify(json));
      else for (const part of hang("", line, out.columns)) out.line(part);
    } else {
      code = exitCodeOf(one.reason);
      for (const line of errorLines(one.reason, err.columns)) err.line(line);
    }
  }
  return code;
}

/** `kernel boot`: shows how a kernel is booted once, does it and proves it. Returns the exit code. */
export async function kernelBoot(request: KernelRequest): Promise<number> {
  const { words, values, signal, terminal } = request;
  const [first, ...rest] = words;
  // Names of hosts hardly ever begin as releases do.
  const release = first !== undefined && /^\d+\.\d/.test(first) ? first : undefined;
  const names = release === undefined ? words : rest;
  await using opened = await openKernelHosts({ testbed: values["testbed"], names }, signal);
  const boots = await planned(request, { hosts: shownHosts(opened, request), release });
  tellPlans(boots, terminal.err);
  const which = boots.length === 1 ? boots[0]?.host.name : `${boots.length} hosts`;
  if (!(await agreed(`reboot ${which} now?`, request))) return exitCodes.failed;
  return await bootAll(boots, opened, request);
}
