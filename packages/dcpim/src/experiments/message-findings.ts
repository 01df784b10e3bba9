import type { Reason } from "@hoststack/core";
import { invalid } from "./findings.js";

/** Shortest and longest share of the asked time whose figures count. */
const shares = { least: 0.5, most: 1.5 } as const;
/** What a busy machine may add to it. */
const graceS = 2;

/** What one connection told of itself. */
export interface ToldFlow {
  readonly messages: number;
  readonly seconds: number;
}

/** What the programs complained about, by end. */
export const complaintFindings = (ends: Readonly<Record<string, readonly string[]>>): Reason[] =>
  Object.entries(ends).flatMap(([end, complaints]) =>
    complaints.map((one) => invalid("program.complained", `${end}: ${one}`)),
  );

/** Connections that are missing, carried nothing, or were there for another time than was asked. */
export function toldFlowFindings(
  flows: readonly ToldFlow[],
  { clients, durationS }: { readonly clients: number; readonly durationS: number },
): Reason[] {
  const least = durationS * shares.least;
  const most = durationS * shares.most + graceS;
  const missing =
    flows.length === clients
      ? []
      : [invalid("flow.missing", `${flows.length} of ${clients} connections told a figure`)];
  const own = flows.flatMap(({ messages, seconds }, flow): Reason[] => {
    // a rate needs two of them
    if (messages < 2) return [invalid("flow.empty", `flow ${flow} carried ${messages} messages`)];
    if (seconds >= least && seconds <= most) return [];
    const rule = seconds < least ? "flow.short" : "flow.long";
    const text = `flow ${flow} was there for ${seconds.toFixed(1)} s of ${durationS} (thresholds ${least} s and ${most} s)`;
    return [invalid(rule, text)];
  });
  return [...missing, ...own];
}

/** Messages per second of all connections; undefined when one has no rate. */
export function messageRate(flows: readonly ToldFlow[]): number | undefined {
  let sum = 0;
  for (const { messages, seconds } of flows) {
    if (messages < 2 || seconds === 0) return undefined;
    // the first one opens the time the others take
    sum += (messages - 1) / seconds;
  }
  return flows.length === 0 ? undefined : sum;
}
