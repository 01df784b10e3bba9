import type { Answer, Decision } from "../plan/step.js";

/** A step that has something to do. */
export type Needed = Extract<Decision, { readonly state: "needed" }>;
/** A step that cannot be done. */
export type Impossible = Extract<Decision, { readonly state: "impossible" }>;

export const satisfied: Decision = { state: "satisfied" };

export function impossible(reason: string, remedy: string): Impossible {
  return { state: "impossible", reason, remedy };
}

/** What stands in the way may go when the step `after` is done, where there is one; told if it does not. */
export function notBefore(after: string | undefined, decision: Impossible): Decision {
  if (after === undefined) return decision;
  const { reason, remedy } = decision;
  return { state: "unknownUntil", stepId: after, otherwise: { reason, remedy } };
}

/** For a check or probe that could not answer. */
export function noAnswer(subject: string, answer: Answer | undefined): Impossible {
  const words = answer?.stderr.trim() || `exit status ${answer?.exitCode ?? "unknown"}`;
  return impossible(`${subject} could not be looked at: ${words}`, asRoot);
}

export const asRoot = "run as root or with sudo on the host";
