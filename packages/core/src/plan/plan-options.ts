/** How a plan is made. */
export interface PlanOptions {
  /** Ends the questions (INTERRUPTED). */
  readonly signal?: AbortSignal;
  /** For all questions to one host (COMMAND_TIMED_OUT). @default 60_000 */
  readonly deadlineMs?: number;
}
