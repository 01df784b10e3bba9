import type { Reason } from "@hoststack/core";
import type { SockperfLatency } from "@hoststack/tools";
import { invalid, percent, suspect } from "./findings.js";

/** What sockperf leaves out of a latency test: 400 ms at the start and 50 ms at the end. */
export const trimmedS = 0.45;

/** Lines reach the controller late by tens of milliseconds when guests are emulated. */
const slackS = 0.05;

const differ = (aS: number, bS: number) => Math.abs(aS - bS) > Math.max(0.02 * bS, slackS);

/** How long a test took, by three clocks. */
export interface Durations {
  /** By sockperf's own. */
  readonly measuredS: number;
  /** As asked for, which the kernel's timer keeps. */
  readonly durationS: number;
  /** As the controller saw it. */
  readonly windowS: number | undefined;
}

/**
 * sockperf learns the rate of the cycle counter over one sleep of 100 ms: when that went wrong, a
 * test lasts another time by its own count than it was asked for. One that only ended late, on a
 * busy machine, lasted as long for the controller too.
 */
export function durationFindings({ measuredS, durationS, windowS }: Durations): Reason[] {
  const late = measuredS > durationS && windowS !== undefined && !differ(measuredS, windowS);
  if (late || !differ(measuredS, durationS)) return [];
  const seen = windowS === undefined ? "" : `, ${windowS.toFixed(3)} s for the controller`;
  const text = `sockperf measured ${measuredS} s in a test of ${durationS} s${seen}: its clock is wrong, or it did not run for all of it (threshold 2 %, at least ${slackS} s)`;
  return [suspect("clock.tool", text)];
}

/**
 * A ping-pong waits for each reply, so one lost datagram ends it for good, and sockperf then
 * reports the part before as if nothing had happened.
 */
export function diedFindings({ valid }: SockperfLatency, durationS: number): Reason[] {
  const expectedS = durationS - trimmedS;
  if (valid.durationS >= 0.9 * expectedS) return [];
  const text = `the last reply came ${valid.durationS} s into the valid part of ${expectedS.toFixed(2)} s: the flow stopped before the test ended`;
  return [invalid("flow.died", text)];
}

/** Messages without reply; the one that is on its way when the test ends is none of them. */
export function lossFindings({ dropped, valid, total }: SockperfLatency): Reason[] {
  const droppedText = `${dropped} of ${valid.messagesSent} messages were dropped (threshold 0)`;
  const missing = Math.abs(total.messagesSent - total.messagesReceived);
  const missingText = `${total.messagesSent} messages were sent and ${total.messagesReceived} replies received (threshold 1)`;
  return [
    ...(dropped === 0 ? [] : [suspect("sockperf.loss", droppedText)]),
    ...(missing <= 1 ? [] : [suspect("sockperf.loss", missingText)]),
  ];
}

/** One message at a time: round trips in a row must fill the window the controller saw. */
export function roundTripFindings(latency: SockperfLatency, windowS: number | undefined): Reason[] {
  if (windowS === undefined) return [];
  const { valid, averageUs, fullRtt } = latency;
  const filledS = valid.messagesReceived * averageUs * (fullRtt ? 1 : 2) * 1e-6;
  const off = filledS / windowS - 1;
  if (Math.abs(off) <= 0.1) return [];
  const text = `${valid.messagesReceived} round trips of ${(filledS / valid.messagesReceived).toPrecision(4)} s fill ${filledS.toFixed(3)} s of a window of ${windowS.toFixed(3)} s: ${percent(off)} off (threshold 10 %)`;
  return [suspect("clock.tool", text)];
}
