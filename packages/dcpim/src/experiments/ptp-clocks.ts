import type { PtpReading, PtpWatch, Reason } from "@hoststack/core";
import type { MessageClientLog } from "../outputs/message-logs.js";
import { invalid } from "./findings.js";

/** What makes times of both hosts comparable: their measured difference, nothing, or PTP. */
export type ClockName = "corrected" | "own" | "ptp";

/** What PTP told of the clocks of both hosts while messages were sent. */
export interface PtpClocks {
  readonly client: PtpWatch;
  readonly server: PtpWatch;
}

const awayNs = ({ offsetNs = 0, systemOffsetNs = 0 }: PtpReading) =>
  Math.abs(offsetNs) + Math.abs(systemOffsetNs);

const worstNs = ({ readings }: PtpWatch) => Math.max(...readings.map(awayNs));

/** How far the system clocks of both hosts were apart at most, as PTP has it, in microseconds. */
export const ptpErrorUs = ({ client, server }: PtpClocks): number =>
  (worstNs(client) + worstNs(server)) / 1000;

/** Ends whose clock was not the one it should be all the time. */
function roleFindings({ client, server }: PtpClocks): Reason[] {
  const ends = { client: [client, "follower"], server: [server, "reference"] } as const;
  return Object.entries(ends).flatMap(([end, [{ settled, readings }, wanted]]): Reason[] => {
    const other = readings.find(({ role }) => role !== wanted);
    if (settled && other === undefined) return [];
    const was = other === undefined ? "never as asked" : `for a time ${other.role}, not ${wanted}`;
    return [invalid("clock.ptp", `by PTP the clock of the ${end} was ${was}`)];
  });
}

/**
 * Why clocks kept by PTP are no measure: they did not follow each other all the time, or the client's own comparison,
 * which bounds their difference from both sides, is nowhere near what PTP tells.
 */
export function ptpFindings(clocks: PtpClocks, log: MessageClientLog): Reason[] {
  const masters = new Set(
    [clocks.client, clocks.server].flatMap(({ readings }) =>
      readings.map(({ grandmaster = "none" }) => grandmaster),
    ),
  );
  const followed =
    masters.size === 1
      ? []
      : [invalid("clock.ptp", `the hosts follow several clocks: ${[...masters].join(", ")}`)];
  const error = ptpErrorUs(clocks);
  const contradictions = [log.clockBefore, log.clockAfter].flatMap((compared): Reason[] => {
    if (compared === undefined) return [];
    const leastUs = Math.abs(compared.aheadUs) - compared.errorUs;
    if (leastUs <= error) return [];
    const text = `PTP has the clocks within ${error.toFixed(1)} us, but they are ${leastUs.toFixed(1)} us apart at least`;
    return [invalid("clock.ptp", text)];
  });
  return [...roleFindings(clocks), ...followed, ...contradictions];
}
