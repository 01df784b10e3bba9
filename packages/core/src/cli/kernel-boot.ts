import { isHoststackError } from "@hoststack/tools";
import { exitCodes } from "../errors/catalogue.js";
import type { Host } from "../host/host.js";
import { bootOnce } from "../kernel/boot/boot-once.js";
import type { BootProof, BootRequest } from "../kernel/boot/boot-request.js";
import { type BootPlan, bootPlanLines, planBoot } from "../kernel/boot/plan-boot.js";
import { installedKernel } from "../kernel/install/installed-kernel.js";
import { failureOfHosts } from "../testbed/ssh/failures.js";
import { errorData } from "./error-data.js";
import { type AskedHosts, forEachHost, HostOutcomes, tellFailures } from "./host-outcomes.js";
import { hostsProgress } from "./hosts-progress.js";
import { type KernelHosts, type ReachedKernelHosts, reachKernelHosts } from "./kernel-hosts.js";
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

/** A host that runs what it was to boot, without a connection to it. */
interface BootedHost extends Omit<BootProof, "host"> {
  readonly name: string;
  readonly line: string;
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

async function bootOne({ host, request }: PlannedBoot, opened: KernelHosts): Promise<BootedHost> {
  const { host: rebooted, ...proof } = await bootOnce(await opened.rebootable(host), request);
  await rebooted[Symbol.asyncDispose]();
  return { ...proof, name: host.name, line: proofLine({ host: rebooted, ...proof }) };
}

/** Asks every host how it would be booted. */
async function planned(
  request: KernelRequest,
  { hosts, release }: { readonly hosts: readonly Host[]; readonly release: string | undefined },
): Promise<AskedHosts<PlannedBoot>> {
  const { signal } = request;
  const named = hosts.map((host) => ({ host }));
  return await forEachHost(named, async ({ host }) => {
    const kernel = await installedKernel(host, { release, signal });
    const one = { ...bootOptions(request), kernel };
    return { host, request: one, plan: await planBoot(host, one) };
  });
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
  return await forEachHost(boots, (one) =>
    bootOne({ ...one, request: { ...one.request, progress } }, opened),
  );
}

/** A host that was refused runs on as before; of any other nobody knows that it runs the kernel. */
const verdictOf = (error: unknown) =>
  isHoststackError(error, "BOOT_REFUSED") ? "untouched" : "unproven";

/** Where hosts are told to reboot. */
interface BootCall {
  readonly request: KernelRequest;
  readonly opened: ReachedKernelHosts;
  readonly outcomes: HostOutcomes;
}

/** Boots all at once; each host ends for itself. Returns the exit code that stands for those that failed. */
async function bootAll(
  boots: readonly PlannedBoot[],
  { request, opened, outcomes }: BootCall,
): Promise<number> {
  const { out, err } = request.terminal;
  const { found, failures } = await toldBoots(boots, opened, err);
  for (const { name, line, ...proof } of found) {
    outcomes.tell(name, { verdict: "proven", ...proof });
    if (request.values["json"] === true) continue;
    for (const part of hang("", line, out.columns)) out.line(part);
  }
  for (const { host, error } of failures) {
    outcomes.tell(host, { verdict: verdictOf(error), error: errorData(error) });
  }
  return failures.length === 0 ? exitCodes.ok : tellFailures(failures, err);
}

/** Shows what will happen and, agreed to, does it. */
async function bootAgreed(release: string | undefined, call: BootCall): Promise<number> {
  const { request, opened, outcomes } = call;
  const { err } = request.terminal;
  outcomes.refuse(opened.failures);
  if (opened.failures.length > 0) throw failureOfHosts(opened.failures);
  const hosts = shownHosts(opened, request);
  const { found: boots, failures } = await planned(request, { hosts, release });
  outcomes.refuse(failures);
  if (failures.length > 0) return tellFailures(failures, err);
  tellPlans(boots, err);
  const which = boots.length === 1 ? boots[0]?.host.name : `${boots.length} hosts`;
  if (!(await agreed(`reboot ${which} now?`, request))) return exitCodes.failed;
  return await bootAll(boots, call);
}

/** `kernel boot`: shows how a kernel is booted once, does it and proves it. Returns the exit code. */
export async function kernelBoot(request: KernelRequest): Promise<number> {
  const { words, values, signal, terminal } = request;
  const [first, ...rest] = words;
  // Names of hosts hardly ever begin as releases do.
  const release = first !== undefined && /^\d+\.\d/.test(first) ? first : undefined;
  const names = release === undefined ? words : rest;
  await using opened = await reachKernelHosts({ testbed: values["testbed"], names }, signal);
  const outcomes = new HostOutcomes(opened.names);
  try {
    return await bootAgreed(release, { request, opened, outcomes });
  } finally {
    if (values["json"] === true) terminal.out.line(JSON.stringify(outcomes.data(), null, 2));
  }
}
