import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { hoststackError } from "../../errors/error.js";
import type { Host } from "../../host/host.js";
import { script } from "../script.js";
import { type PtpReading, parsePtpReading } from "./ptp-reading.js";
import { ptpOffsetScript } from "./ptp-scripts.js";

const betweenMs = 500;
const usualDeadlineMs = 60_000;
/** A single small offset may be a zero crossing. */
const readingsInARow = 3;

/** When the clocks of a link are good enough. */
export interface WaitForPtpOptions {
  /** NIC of a `ptpStep` that is applied. */
  readonly nic: string;
  /** Largest offset of a clock that counts as kept together. */
  readonly maxOffsetNs: number;
  /** @default 60_000 */
  readonly deadlineMs?: number;
  /** Ends the waiting (INTERRUPTED). */
  readonly signal?: AbortSignal;
}

const isGood = (reading: PtpReading, maxOffsetNs: number): boolean => {
  if (reading.role === "reference") return true;
  const offsets = [reading.offsetNs, reading.systemOffsetNs].filter((one) => one !== undefined);
  return reading.role === "follower" && offsets.every((one) => Math.abs(one) <= maxOffsetNs);
};

async function readOnce(host: Host, { nic, signal }: WaitForPtpOptions): Promise<PtpReading> {
  const options = signal === undefined ? {} : { signal };
  const [answer] = await host.batch([script(ptpOffsetScript, nic)], options);
  if (answer?.exitCode === 0) return parsePtpReading(answer.stdout);
  const words = answer?.stderr.trim() ?? "no answer";
  throw hoststackError("PROCESS_DIED", `PTP over ${nic} of ${host.name} is not running: ${words}`, {
    remedy: "apply its ptpStep, and keep it applied while this waits",
    details: { host: host.name, nic },
  });
}

function lateError(host: Host, options: WaitForPtpOptions, last: PtpReading): Error {
  const { nic, maxOffsetNs } = options;
  const told = JSON.stringify(last);
  return hoststackError(
    "NOT_READY",
    `the clock of ${host.name} is not within ${maxOffsetNs} ns by PTP over ${nic}; last: ${told}`,
    {
      remedy:
        last.role === "follower"
          ? "allow a larger offset, or take hardware timestamps"
          : "see that both ends run PTP with the same transport, and that no switch between them drops it",
      details: { host: host.name, nic, ...last },
    },
  );
}

/**
 * Waits until PTP tells three times in a row that a host's clock is within an offset of the one that the
 * link follows, or is that one. Throws NOT_READY with the last reading after the deadline, PROCESS_DIED where
 * ptp4l does not run, INTERRUPTED, and what `Host.batch` throws.
 */
export async function waitForPtp(host: Host, options: WaitForPtpOptions): Promise<PtpReading> {
  const until = performance.now() + (options.deadlineMs ?? usualDeadlineMs);
  let inARow = 0;
  for (;;) {
    const reading = await readOnce(host, options);
    inARow = isGood(reading, options.maxOffsetNs) ? inARow + 1 : 0;
    if (inARow === readingsInARow) return reading;
    if (performance.now() > until) throw lateError(host, options, reading);
    const { signal } = options;
    await sleep(betweenMs, undefined, signal === undefined ? {} : { signal }).catch(() => {
      throw hoststackError("INTERRUPTED", `stopped while waiting for the clock of ${host.name}`);
    });
  }
}
