import { hoststackError } from "../../errors/error.js";
import { bootReportFile } from "./dead-man.js";
import type { BootAnswer, BootEvidence, BootFailure, BootVerdict } from "./judge-boot.js";
import type { BootPlan } from "./plan-boot.js";

const remedies: Readonly<Record<BootFailure, string>> = {
  "not taken":
    "look at grub.cfg and at the boot loader the firmware starts: it may be another one's",
  panicked:
    "read the end of its console (serial line, BMC), mend the kernel or its first file system, then boot it again",
  "was reset":
    "read the end of its console (serial line, BMC), which tells a panic from a hang, then boot it again",
  "lost its network":
    "build the driver of its network card into the kernel, or its modules into the first file system",
  hung: "read its console (serial line, BMC); a longer deadline helps a host that is only slow",
  "other kernel": "install the kernel again, then boot it again",
};

/** What of the evidence is shown in details; the rest is in the files it is from. */
const shownLines = 40;

/** BOOT_UNPROVEN for a host that came back with another kernel than the one that was to be booted. */
export function bootFailed(
  plan: BootPlan,
  found: {
    readonly answer: BootAnswer;
    readonly evidence: BootEvidence;
    readonly verdict: Extract<BootVerdict, { state: "failed" }>;
  },
): Error {
  const { host, entry, deadMan } = plan;
  const { answer, evidence, verdict } = found;
  const unconfirmed =
    answer.release === entry.release && deadMan === "armed"
      ? `; it is not confirmed: it resets itself and boots ${plan.fallBack}`
      : "";
  const lastWords =
    evidence.report.length === 0 ? "" : `; what it said last is in ${bootReportFile} there`;
  const message = `${host} runs ${answer.release}, not proven to be the ${entry.release} that was to be booted: ${verdict.words}${unconfirmed}`;
  return hoststackError("BOOT_UNPROVEN", message, {
    remedy: `${remedies[verdict.failure]}${lastWords}`,
    details: {
      host,
      wanted: entry.release,
      running: answer.release,
      bootId: answer.bootId,
      failure: verdict.failure,
      report: evidence.report.slice(-shownLines),
      crash: evidence.crash.slice(-shownLines),
    },
  });
}

/** BOOT_UNPROVEN for a host that did not come back. */
export function notBack(plan: BootPlan, waitMs: number, cause: unknown): Error {
  const { host, entry, fallBack, deadMan } = plan;
  const seconds = Math.round(waitMs / 1000);
  const reset =
    deadMan === "armed"
      ? "it should have reset itself by now, unless the kernel stood still before its first program"
      : "nothing resets it by itself";
  return hoststackError(
    "BOOT_UNPROVEN",
    `${host} has not answered for ${seconds} s since it was told to boot ${entry.release}; ${reset}`,
    {
      cause,
      remedy: `reset it by hand (power button, BMC): the one-shot entry is used up, so it boots ${fallBack}`,
      details: { host, wanted: entry.release, failure: "not back" },
    },
  );
}

/** INTERRUPTED for a host that is not waited for any more: its boot goes on. */
export function notAwaited({ host, entry, fallBack, deadMan, deadlineMs }: BootPlan): Error {
  const falls =
    deadMan === "armed"
      ? `it resets itself ${Math.round(deadlineMs / 1000)} s after its start, and ${fallBack} boots`
      : `its next reboot boots ${fallBack}`;
  const message = `${host} goes on booting ${entry.release}, which nobody proves and confirms now: ${falls}`;
  return hoststackError("INTERRUPTED", message, {
    remedy: "kernel status tells what runs; kernel boot boots and proves it again",
    details: { host, wanted: entry.release },
  });
}

/** BOOT_UNPROVEN for a host that was told to reboot and has not gone down. */
export function notDown({ host, entry, facts }: BootPlan, waitMs: number): Error {
  const seconds = Math.round(waitMs / 1000);
  return hoststackError(
    "BOOT_UNPROVEN",
    `${host} still runs ${facts.release}, in the same boot, ${seconds} s after it was told to reboot into ${entry.release}`,
    {
      remedy: `see what keeps it from shutting down; its next boot is ${entry.release}, once`,
      details: { host, wanted: entry.release, running: facts.release, failure: "not down" },
    },
  );
}
