import { judgeClock, rateTolerance } from "../facts/clock-rate.js";
import type { ClockReading, CounterDelta } from "../result/record.js";
import type { Reason } from "../result/verdict.js";
import { grown } from "./counter-rule.js";
import type { RoleEnd } from "./experiment.js";
import type { Silence } from "./link-watch.js";

const percent = (share: number) => `${(share * 100).toFixed(2)} %`;

/**
 * A host whose clock runs at another rate than the controller's measures wrong times and rates: the
 * trial is invalid. A clock that could not be told good to 1 % is no good clock either, however short
 * the trial was: the trial is suspect. Readings are fine enough for trials of half a second on a host
 * that answers within a few ms, and of a second or so on a guest that is emulated.
 */
export function clockFindings(hosts: readonly string[], clocks: readonly ClockReading[]): Reason[] {
  return hosts.flatMap((host): Reason[] => {
    const clock = clocks.find((one) => one.host === host);
    if (clock === undefined) {
      const text = `the clock of ${host} could not be compared with the controller's`;
      return [{ state: "suspect", rule: "clock.unclear", text }];
    }
    const { rateError, rateErrorBound } = clock;
    const off = `${percent(rateError)} (± ${percent(rateErrorBound)}) off the controller's`;
    const verdict = judgeClock({ rate: 1 + rateError, uncertainty: rateErrorBound });
    if (verdict === "steady") return [];
    if (verdict === "unsteady") {
      const text = `the clock of ${host} ran ${off} during the trial`;
      return [{ state: "invalid", rule: "clock.rate", text }];
    }
    const text = `the clock of ${host} ran ${off}: not sure to be within ${percent(rateTolerance)}`;
    return [{ state: "suspect", rule: "clock.unclear", text }];
  });
}

/** The data NICs that traffic has to pass. */
export interface FlowEnds {
  readonly clients: readonly RoleEnd[];
  readonly servers: readonly RoleEnd[];
}

/** Every server's data NIC must have received something and every client's have sent, or a flow went elsewhere. */
export function flowFindings(
  { clients, servers }: FlowEnds,
  counters: readonly CounterDelta[],
): Reason[] {
  const silent = (ends: readonly RoleEnd[], counter: string, did: string) =>
    ends
      .filter(({ host, nic }) => grown(counters, host, `nic.${nic}.${counter}`) === 0)
      .map(({ host, nic }): Reason => {
        const text = `${nic} of ${host} ${did} nothing, so the traffic did not cross the data link`;
        return { state: "invalid", rule: "flow.missing", text };
      });
  return [...silent(servers, "rxBytes", "received"), ...silent(clients, "txBytes", "sent")];
}

/**
 * Links that fell silent while the trial lasted, with what their interfaces say of themselves afterwards, by host and
 * NIC. Times count from `startMs`, the begin of the trial.
 */
export function silenceFindings(
  silences: readonly Silence[],
  { startMs, states }: { readonly startMs: number; readonly states: ReadonlyMap<string, string> },
): Reason[] {
  return silences.map(({ ends: { client, server, link }, fromMs, toMs }) => {
    const seconds = (atMs: number) => ((atMs - startMs) / 1000).toFixed(1);
    const names = [server, client].map(({ host, nic }) => `${nic} of ${host}`);
    const down = names.flatMap((name) => {
      const state = states.get(name) ?? "up";
      return state === "up" ? [] : [`${name} is ${state}`];
    });
    const now = down.length === 0 ? "its interfaces are up" : down.join(", ");
    const text = `${link.name} (${names.join(", ")}) carried nothing from ${seconds(fromMs)} s to ${seconds(toMs)} s of the trial; ${now}`;
    return { state: "invalid", rule: "link.silent", text };
  });
}
