import { z } from "zod";

/** One finding about a trial, with the state it forces. */
const reasonSchema = z.object({
  state: z.enum(["suspect", "invalid"]),
  /** Stable name of the rule, e.g. `rdma.retries`. */
  rule: z.string(),
  /** One sentence with the figures. */
  text: z.string(),
});

/** Whether a figure may be used: only valid ones enter means. */
export const verdictSchema = z.object({
  state: z.enum(["valid", "suspect", "invalid"]),
  reasons: z.array(reasonSchema),
});

export type Reason = z.infer<typeof reasonSchema>;
export type Verdict = z.infer<typeof verdictSchema>;

/** The worst of the reasons decides and comes first; none means valid. */
export function verdictOf(reasons: readonly Reason[]): Verdict {
  const states = new Set(reasons.map((reason) => reason.state));
  const state = states.has("invalid") ? "invalid" : states.has("suspect") ? "suspect" : "valid";
  const invalid = reasons.filter((reason) => reason.state === "invalid");
  return { state, reasons: [...invalid, ...reasons.filter((one) => !invalid.includes(one))] };
}
