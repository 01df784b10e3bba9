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

/** An end of a link whose clocks are kept together. */
export interface PtpEnd {
  readonly host: Host;
  /** NIC of a `ptpStep` that is applied. */
  readonly nic: string;
}

/** When the clocks of a link are good enough. */
export interface WaitForPtpOptions {
  /** Largest offset of a clock that counts as kept together. */
  readonly maxOffsetNs: number;
  /** @default 60_000 */
  readonly deadlineMs?: number;
  /** Ends the waiting (INTERRUPTED). */
  readonly signal?: AbortSignal;
}

/** Ends that do not hear each other are each a reference of their own. */
function isTogether(readings: readonly PtpReading[], maxOffsetNs: number): boolean {
  const followers = readings.filter(({ role }) => role === "follower");
  const references = readings.filter(({ role }) => role === "reference");
  const offsets = readings.flatMap(({ offsetNs, systemOffsetNs }) =>
    [offsetNs, systemOffsetNs].filter((one) => one !== undefined),
  );
  return (
    followers.length > 0 &&
    references.length <= 1 &&
    followers.length + references.length === readings.length &&
    new Set(readings.map(({ grandmaster }) => grandmaster)).size === 1 &&
    offsets.every((one) => Math.abs(one) <= maxOffsetNs)
  );
}

async function readOnce({ host, nic }: PtpEnd, signal?: AbortSignal): Promise<PtpReading> {
  const options = signal === undefined ? {} : { signal };
  const [answer] = await host.batch([script(ptpOffsetScript, nic)], options);
  if (answer?.exitCode === 0) return parsePtpReading(answer.stdout);
  const words = answer?.stderr.trim() ?? "no answer";
  throw hoststackError("PROCESS_DIED", `PTP over ${nic} of ${host.name} is not running: ${words}`, {
    remedy: "apply its ptpStep, and keep it applied while this waits",
    details: { host: host.name, nic },
  });
}

function lateError(ends: readonly PtpEnd[], maxOffsetNs: number, last: readonly PtpReading[]) {
  const told = ends.map(({ host }, at) => `${host.name} ${JSON.stringify(last[at])}`).join(", ");
  const followed = last.some(({ role }) => role === "follower");
  return hoststackError(
    "NOT_READY",
    `clocks are not within ${maxOffsetNs} ns of each other by PTP; last: ${told}`,
    {
      remedy: followed
        ? "allow a larger offset, or take hardware timestamps"
        : "see that both ends run PTP with the same transport, and that no switch between them drops it",
      details: { readings: last },
    },
  );
}

/**
 * Waits until PTP tells three times in a row that the clocks of all ends are within an offset of one and the
 * same, which may be that of one of them. Throws NOT_READY with the last readings after the deadline,
 * PROCESS_DIED where ptp4l does not run, INTERRUPTED, and what `Host.batch` throws.
 */
export async function waitForPtp(
  ends: readonly PtpEnd[],
  { maxOffsetNs, deadlineMs = usualDeadlineMs, signal }: WaitForPtpOptions,
): Promise<readonly PtpReading[]> {
  const until = performance.now() + deadlineMs;
  let inARow = 0;
  for (;;) {
    const readings = await Promise.all(ends.map((end) => readOnce(end, signal)));
    inARow = isTogether(readings, maxOffsetNs) ? inARow + 1 : 0;
    if (inARow === readingsInARow) return readings;
    if (performance.now() > until) throw lateError(ends, maxOffsetNs, readings);
    await sleep(betweenMs, undefined, signal === undefined ? {} : { signal }).catch(() => {
      throw hoststackError("INTERRUPTED", "stopped while waiting for clocks");
    });
  }
}
