import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { performance } from "node:perf_hooks";
import { hoststackError } from "../../errors/error.js";
import type { Host } from "../../host/host.js";
import { applyPlan } from "../../plan/apply-plan.js";
import { makePlan } from "../../plan/plan.js";
import { script } from "../../steps/script.js";
import { bootFailed, notAwaited, notBack, notDown } from "./boot-failure.js";
import {
  type BootProof,
  type BootRequest,
  firmwareMs,
  type RebootableHost,
} from "./boot-request.js";
import {
  armScript,
  confirmScript,
  disarmScript,
  evidenceScript,
  kexecScript,
  proofScript,
  rebootScript,
} from "./boot-scripts.js";
import { bootWords } from "./dead-man.js";
import { defaultKernelStep } from "./default-step.js";
import {
  type BootAnswer,
  isProven,
  judgeBoot,
  parseBootAnswer,
  parseBootEvidence,
} from "./judge-boot.js";
import { fallBackArguments, onceEntryText } from "./once-entry.js";
import { type BootPlan, planBoot } from "./plan-boot.js";
import { type Rebooted, waitForBoot } from "./wait-for-boot.js";

/** A login this long ago still tells what runs. */
const recentMs = 60_000;

/** A boot under way. */
interface Attempt {
  readonly target: RebootableHost;
  readonly request: BootRequest;
  readonly plan: BootPlan;
  /** Tells this boot from all others. */
  readonly token: string;
}

/**
 * Boots an installed kernel once and proves that it runs: another boot_id, its release, its configuration. Only then
 * is the boot confirmed, and made the default where that is asked for. Whatever else happens, the host falls back
 * to the kernel it boots by default: by the next reset, which comes by itself where a dead man is installed.
 *
 * The host that is given is used up: it is closed, and the proof holds a new one, which the caller closes.
 *
 * Throws BOOT_REFUSED before anything is done; BOOT_UNPROVEN when the host runs another kernel afterwards, saying
 * which, why and what to do, or does not come back; INTERRUPTED; and what `reopen` throws.
 */
export async function bootOnce(target: RebootableHost, request: BootRequest): Promise<BootProof> {
  const { host } = target;
  const plan = await planBoot(host, request);
  await refuseOwnMachine(plan);
  const attempt = { target, request, plan, token: randomBytes(8).toString("hex") };
  await arm(attempt);
  const rebootedAt = await reboot(attempt);
  const rebooted = await comeBack(attempt);
  try {
    const proof = await prove(attempt, { rebooted, rebootedAt });
    if (request.makeDefault === true) await makeDefault(proof.host, request);
    return proof;
  } catch (error) {
    await rebooted.host[Symbol.asyncDispose]();
    throw error;
  }
}

/** Nobody would be there to wait for it. */
async function refuseOwnMachine({ host, facts }: BootPlan): Promise<void> {
  const own = await readFile("/proc/sys/kernel/random/boot_id", "latin1").catch(() => "");
  if (own.trim() !== facts.bootId) return;
  throw hoststackError("BOOT_REFUSED", `${host} is the machine hoststack runs on`, {
    remedy: "boot it from another machine, which can wait for it",
    details: { host },
  });
}

function onceArguments({ plan, request, token }: Attempt): string[] {
  const { deadMan, watchdogDriver, deadlineMs } = plan;
  const seconds = Math.ceil(deadlineMs / 1000);
  return [
    `${bootWords.token}=${token}`,
    ...(deadMan === "armed" ? [`${bootWords.deadline}=${seconds}`] : []),
    ...(watchdogDriver === undefined ? [] : [`${bootWords.watchdog}=${watchdogDriver}`]),
    ...(plan.facts.initramfsTool === "dracut" ? ["rd.shell=0", "rd.emergency=reboot"] : []),
    ...(request.kernelArguments ?? []),
  ];
}

async function arm(attempt: Attempt): Promise<void> {
  const { plan, request, target } = attempt;
  const added = onceArguments(attempt);
  const text = onceEntryText(plan.entry, added);
  request.progress?.({
    kind: "boot.arm",
    text: `${plan.host}: ${plan.entry.release} is to be booted once`,
  });
  const { host } = target;
  if (plan.way === "kexec") {
    const words = [...plan.entry.kernelArguments, ...fallBackArguments, ...added].join(" ");
    await host.run(script(kexecScript, plan.entry.release, words), { deadlineMs: 120_000 });
    return;
  }
  try {
    await host.run(script(armScript), { stdin: text });
  } catch (error) {
    await disarm(host);
    throw error;
  }
}

/** What was asked for once must not be left for somebody else's reboot. */
async function disarm(host: Host): Promise<void> {
  await host.run(script(disarmScript), { reject: false }).catch(() => {});
}

/** Resolves, when the host was told to reboot, with the time. */
async function reboot({ target, plan, request }: Attempt): Promise<number> {
  const { host } = target;
  const { signal, progress } = request;
  try {
    signal?.throwIfAborted();
    await host.run(script(rebootScript, plan.way));
  } catch (error) {
    await disarm(host);
    throw error;
  }
  const minutes = Math.ceil(waitOf(plan, request) / 60_000);
  const waited = `${plan.host}: reboots; it is waited for, ${minutes} min at most`;
  progress?.({ kind: "boot.reboot", text: waited });
  const at = performance.now();
  await host[Symbol.asyncDispose]();
  return at;
}

const waitOf = ({ deadlineMs }: BootPlan, { waitMs = deadlineMs + firmwareMs }: BootRequest) =>
  waitMs;

async function comeBack({ target, plan, request }: Attempt): Promise<Rebooted> {
  const { signal } = request;
  const waitMs = waitOf(plan, request);
  const limit = AbortSignal.timeout(waitMs);
  const stop = signal === undefined ? limit : AbortSignal.any([limit, signal]);
  let oldBootAt = Number.NEGATIVE_INFINITY;
  try {
    return await waitForBoot(target, {
      bootIdBefore: plan.facts.bootId,
      signal: stop,
      onOldBoot: () => {
        oldBootAt = performance.now();
      },
    });
  } catch (error) {
    if (signal?.aborted === true) throw notAwaited(plan);
    if (!limit.aborted) throw error;
    if (performance.now() - oldBootAt < recentMs) throw notDown(plan, waitMs);
    throw notBack(plan, waitMs, error);
  }
}

interface Return {
  readonly rebooted: Rebooted;
  readonly rebootedAt: number;
}

async function prove(attempt: Attempt, { rebooted, rebootedAt }: Return): Promise<BootProof> {
  const { plan, request, token } = attempt;
  const { kernel, progress } = request;
  const { host, answeredAt, noticedAt } = rebooted;
  const answer = await ask(host, token);
  progress?.({ kind: "boot.back", text: `${plan.host}: runs ${answer.release}` });
  if (!isProven({ kernel, answer }) || answer.configFrom === undefined) {
    throw await failureOf(attempt, { answer, rebooted, rebootedAt });
  }
  const confirmed = await host.run(script(confirmScript, token), { reject: false });
  const wanted = plan.deadMan === "armed" ? "disarmed" : "none";
  if (!confirmed.ok || confirmed.stdout.trim() !== wanted) {
    throw hoststackError(
      "BOOT_UNPROVEN",
      `${plan.host} runs ${answer.release}, but the boot could not be confirmed: ${confirmed.stderr.trim() || confirmed.stdout.trim()}`,
      {
        remedy: `it resets itself by its deadline and boots ${plan.fallBack}; boot it again`,
        details: { host: plan.host, running: answer.release },
      },
    );
  }
  progress?.({
    kind: "boot.proven",
    text: `${plan.host}: ${answer.release} is proven and confirmed`,
  });
  return {
    host,
    release: answer.release,
    bootId: answer.bootId,
    before: { release: plan.facts.release, bootId: plan.facts.bootId },
    configFrom: answer.configFrom,
    tookMs: Math.round(performance.now() - rebootedAt),
    noticedMs: Math.round(noticedAt - answeredAt),
  };
}

async function ask(host: Host, token: string): Promise<BootAnswer> {
  const { stdout } = await host.run(script(proofScript, token));
  const answer = parseBootAnswer(stdout);
  if (answer !== undefined) return answer;
  throw hoststackError("COMMAND_FAILED", `${host.name} did not tell what it runs`, {
    remedy: "kernels need a Linux host with /proc",
    details: { host: host.name, stdout },
  });
}

async function failureOf(
  { plan, request, token }: Attempt,
  { answer, rebooted, rebootedAt }: Return & { readonly answer: BootAnswer },
): Promise<Error> {
  const { host, noticedAt } = rebooted;
  const told = await host.run(script(evidenceScript, token), {
    reject: false,
    stdin: plan.crashRecords.map((path) => `${path}\n`).join(""),
  });
  const evidence = parseBootEvidence(told.stdout);
  if (evidence.nextEntry !== "") await disarm(host);
  const verdict = judgeBoot({
    kernel: request.kernel,
    answer,
    evidence,
    deadlineMs: plan.deadlineMs,
    untilStartMs: noticedAt - answer.uptimeMs - rebootedAt,
  });
  if (verdict.state === "booted")
    throw new TypeError("a boot that was not proven was judged proven");
  return bootFailed(plan, { answer, evidence, verdict });
}

async function makeDefault(host: Host, { kernel, signal, progress }: BootRequest): Promise<void> {
  const stopping = signal === undefined ? {} : { signal };
  const plan = await makePlan([{ host, steps: [defaultKernelStep(kernel.release)] }], stopping);
  await applyPlan(plan, { ...stopping, ...(progress === undefined ? {} : { progress }) });
}
