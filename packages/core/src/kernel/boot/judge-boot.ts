import type { BootRequest } from "./boot-request.js";
import { onceId } from "./once-entry.js";

/** What a host that came back says of itself. */
export interface BootAnswer {
  readonly bootId: string;
  readonly release: string;
  /** It was booted by the one-shot entry of this very request. */
  readonly once: boolean;
  readonly configFrom: "/boot" | "/proc/config.gz" | undefined;
  readonly configSha256: string | undefined;
  readonly uptimeMs: number;
}

/** Reads what the questions of the proof were answered; undefined where it is no answer. */
export function parseBootAnswer(text: string): BootAnswer | undefined {
  const one = (key: string) => new RegExp(`^${key} (.*)$`, "m").exec(text)?.[1];
  const [bootId, release, uptime] = [one("boot"), one("release"), one("uptime")];
  if (bootId === undefined || release === undefined || uptime === undefined) return undefined;
  const [from, sha256] = (one("config") ?? "").split(" ");
  const known = from === "/boot" || from === "/proc/config.gz";
  return {
    bootId,
    release,
    once: one("once") === "yes",
    configFrom: known ? from : undefined,
    configSha256: known ? sha256 : undefined,
    uptimeMs: Number(uptime) * 1000,
  };
}

/** What a boot that failed has left on the host. */
export interface BootEvidence {
  readonly nextEntry: string;
  /** What the dead man wrote down shortly before the deadline. */
  readonly report: readonly string[];
  /** The watchdog says that the last reset was its own. */
  readonly watchdogReset: boolean;
  /** Last lines of the kernel that died, where the machine keeps them. */
  readonly crash: readonly string[];
}

/** Reads the evidence. */
export function parseBootEvidence(text: string): BootEvidence {
  const lines = text.split("\n");
  const having = (key: string) =>
    lines.filter((line) => line.startsWith(`${key} `)).map((line) => line.slice(key.length + 1));
  return {
    nextEntry: having("next")[0] ?? "",
    report: having("report"),
    watchdogReset: having("watchdog").includes("reset"),
    crash: having("crash"),
  };
}

/** Why a kernel does not run although it was to be booted. */
export type BootFailure =
  /** The boot loader did not take the one-shot entry. */
  | "not taken"
  /** It was reset before its deadline. */
  | "panicked"
  /** It was reset, and how long that took does not tell whether before its deadline or by it. */
  | "was reset"
  /** It ran until its deadline, and had no network. */
  | "lost its network"
  /** It ran until its deadline, and was not reached. */
  | "hung"
  /** It runs, but by another way than the one-shot entry, or with another configuration. */
  | "other kernel";

/** What became of a boot. */
export type BootVerdict =
  | { readonly state: "booted" }
  | { readonly state: "failed"; readonly failure: BootFailure; readonly words: string };

/** A boot and what is known of it. */
export interface BootCase {
  readonly kernel: BootRequest["kernel"];
  readonly answer: BootAnswer;
  readonly evidence: BootEvidence;
  readonly deadlineMs: number;
  /** From the reboot until the kernel that answers was started. */
  readonly untilStartMs: number;
}

/** Whether what runs is what was to be booted; nothing but this makes a boot a success. */
export function isProven({ kernel, answer }: Pick<BootCase, "answer" | "kernel">): boolean {
  return (
    answer.once && answer.release === kernel.release && answer.configSha256 === kernel.configSha256
  );
}

const failed = (failure: BootFailure, words: string): BootVerdict => ({
  state: "failed",
  failure,
  words,
});

/** Decides what became of a boot, on what the host that came back says. Pure. */
export function judgeBoot(boot: BootCase): BootVerdict {
  const { kernel, answer } = boot;
  if (isProven(boot)) return { state: "booted" };
  if (answer.release !== kernel.release) return judgeFallBack(boot);
  if (!answer.once) {
    return failed("other kernel", "it runs, but was booted by another entry than the one-shot one");
  }
  const found = answer.configSha256 ?? "no configuration it would show";
  const words = `it runs with another configuration: sha256 ${found}, built with ${kernel.configSha256}`;
  return failed("other kernel", words);
}

function judgeFallBack({ evidence, deadlineMs, untilStartMs, kernel }: BootCase): BootVerdict {
  const { nextEntry, report, crash, watchdogReset } = evidence;
  if (nextEntry === onceId) {
    return failed(
      "not taken",
      "the boot loader did not take the one-shot entry, which is still asked for",
    );
  }
  if (report.length > 0) return judgeReport(report, deadlineMs);
  const panic = crash.findLast((line) => /Kernel panic|BUG:|Oops/.test(line));
  if (panic !== undefined) return failed("panicked", `${kernel.release} panicked: ${panic.trim()}`);
  const seconds = Math.round(untilStartMs / 1000);
  if (watchdogReset) {
    const words = `it stood still: its watchdog was no longer fed, and reset it (it was back ${seconds} s after the reboot)`;
    return failed("hung", words);
  }
  if (untilStartMs < deadlineMs) {
    const words = `it was reset ${seconds} s after the reboot, before its deadline: a panic, most likely; its words are on the console`;
    return failed("panicked", words);
  }
  return failed(
    "was reset",
    `it was reset within ${seconds} s, firmware included, and has left no word: it panicked, or hung before the host's file system was there`,
  );
}

function judgeReport(report: readonly string[], deadlineMs: number): BootVerdict {
  const nics = report.filter((line) => line.startsWith("nic ") && !line.startsWith("nic lo "));
  const up = nics.filter((line) => / (up|unknown)$/.test(line));
  const seconds = deadlineMs / 1000;
  const init = report.find((line) => line.startsWith("init "))?.slice("init ".length) ?? "no init";
  if (up.length === 0) {
    const seen =
      nics.length === 0
        ? "it had no network interface"
        : `no interface was up (${nics.map((line) => line.slice(4)).join(", ")})`;
    return failed("lost its network", `it ran until its deadline of ${seconds} s, but ${seen}`);
  }
  return failed(
    "hung",
    `it ran until its deadline of ${seconds} s (first process: ${init}) with its network up, but SSH did not answer`,
  );
}
