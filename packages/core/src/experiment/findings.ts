import { rateTolerance } from "../facts/clock-rate.js";
import type { ClockReading, CounterDelta } from "../result/record.js";
import type { Reason } from "../result/verdict.js";
import type { Link } from "../testbed/testbed.js";

/** A host whose clock runs at another rate than the controller's measures wrong times and rates. */
export function clockFindings(clocks: readonly ClockReading[]): Reason[] {
  return clocks.flatMap(({ host, rateError, rateErrorBound }): Reason[] => {
    if (Math.abs(rateError) - rateErrorBound <= rateTolerance) return [];
    const off = `${(rateError * 100).toFixed(1)} % (± ${(rateErrorBound * 100).toFixed(1)} %)`;
    const text = `the clock of ${host} ran ${off} off the controller's during the trial`;
    return [{ state: "invalid", rule: "clock.rate", text }];
  });
}

/** The data NIC of both ends must have received something, or the flow went elsewhere. */
export function flowFindings(link: Link, counters: readonly CounterDelta[]): Reason[] {
  return link.ends.flatMap(({ host, nic }): Reason[] => {
    const name = `nic.${nic}.rxBytes`;
    if (counters.some((counter) => counter.host === host && counter.name === name)) return [];
    const text = `${nic} of ${host} received nothing, so the traffic did not cross ${link.name}`;
    return [{ state: "invalid", rule: "flow.missing", text }];
  });
}
