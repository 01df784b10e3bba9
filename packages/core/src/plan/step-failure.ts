import { quoteArgv } from "../command/quote.js";
import { hoststackError } from "../errors/error.js";
import type { NeededStep } from "./journal-entry.js";
import type { StepReport } from "./step-script.js";

/** How much of a state or of a program's words an error message shows. */
const shownCharacters = 300;

/** A step that was not applied. */
export interface FailedStep {
  readonly host: string;
  readonly step: NeededStep;
  readonly report: StepReport;
  /** What its commands wrote to standard error. */
  readonly words: string;
}

/** The error of a step that was not applied: PLAN_FAILED, PLAN_STALE or LEASE_LOST. */
export function stepFailure(failed: FailedStep): Error {
  const { host, report, words } = failed;
  const { step, seen, decision } = failed.step;
  const { why, remedy, code = "PLAN_FAILED" } = reasonOf(failed);
  const said = words === "" ? "" : `: ${lastWords(words)}`;
  return hoststackError(code, `step "${step.id}" on ${host} ${why}${said}`, {
    remedy,
    details: {
      host,
      stepId: step.id,
      seen,
      wanted: decision.wanted,
      ...("now" in report ? { now: report.now } : {}),
    },
  });
}

interface Reason {
  readonly why: string;
  readonly remedy: string;
  readonly code?: "LEASE_LOST" | "PLAN_FAILED" | "PLAN_STALE";
}

function reasonOf({ step: { step, seen, decision }, report }: FailedStep): Reason {
  const check = quoteArgv(step.check.argv);
  const again = "correct the cause and apply again: what is done stays done";
  switch (report.outcome) {
    case "lease":
      return {
        code: "LEASE_LOST",
        why: "was not begun: the lease has ended",
        remedy: "take a longer lease, or look at the load of the host and the connection",
      };
    case "changed":
      return {
        code: "PLAN_STALE",
        why: `was not begun: ${check} prints ${quoted(report.now)}, but the plan was made for ${quoted(seen)}`,
        remedy: "make the plan again",
      };
    case "unverified":
      return {
        why: `did not lead to what it wants: ${check} prints ${quoted(report.now)} and not ${quoted(decision.wanted)}`,
        remedy: again,
      };
    case "action": {
      const action = decision.actions[report.index];
      const argv =
        action === undefined ? "an action" : shownCommand(action.argv, quoteArgv(action.argv));
      return { why: `failed: ${argv} ended with status ${report.status}`, remedy: again };
    }
    case "check":
    case "verify":
      return { why: `failed: ${check} ended with status ${report.status}`, remedy: again };
    case "journal":
      return { why: `was not begun: ${report.what} could not be written`, remedy: stateRemedy };
    case "mark":
      return { why: "is done, but could not be marked so in the journal", remedy: stateRemedy };
    case "cut":
    case "applied":
      return { why: "was ended from outside", remedy: again };
  }
}

function shown(text: string): string {
  return text.length > shownCharacters ? `${text.slice(0, shownCharacters)}...` : text;
}

/** Whole lines from the end: programs say what they do first and what went wrong last. */
function lastWords(text: string): string {
  if (text.length <= shownCharacters) return text;
  const end = text.slice(-shownCharacters);
  return `...${end.slice(Math.max(0, end.indexOf("\n")))}`;
}

/** A command in one line: of a script only what it was given tells one from another. */
function shownCommand([program, flag, text = "", , ...given]: readonly string[], whole: string) {
  const script = program === "sh" && flag === "-c" && text.includes("\n");
  return shown(script ? `its script with ${quoteArgv(given)}` : whole);
}

const stateRemedy = "look at the space and the rights of the state directory on the host";
const quoted = (state: string) => JSON.stringify(shown(state));
