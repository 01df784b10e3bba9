import { quoteArgv } from "../../command/quote.js";
import type { BatchCommand } from "../../host/batch.js";
import type { JournalEntry } from "../../plan/journal-entry.js";
import type { HostPlan, PlannedStep } from "../../plan/plan.js";
import type { HostTuning, TunedState } from "../../tuning/state.js";
import type { TunedBefore, TuningPlan } from "../../tuning/tune.js";
import type { Channel } from "../terminal.js";
import { hang } from "../wrap.js";

/** How much is shown of commands. */
export interface TuneTextOptions {
  /** Scripts in full, not their first lines. */
  readonly verbose: boolean;
}

interface TextShape extends TuneTextOptions {
  /** Words go on below themselves; commands and differences stay whole, to be copied. */
  readonly columns: number;
}

/** A script takes a line: its first one tells which it is, its arguments what it does. */
function commandLines({ argv }: BatchCommand, { verbose }: TuneTextOptions): string[] {
  if (verbose) return quoteArgv(argv).split("\n");
  const [shell, flag, text, , ...args] = argv;
  if (shell !== "sh" || flag !== "-c" || text === undefined) return [quoteArgv(argv)];
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  const first = lines.length > 1 ? `${lines[0]} ...` : (lines[0] ?? "");
  return [quoteArgv(["sh", "-c", first, "sh", ...args])];
}

function shown(lead: string, commands: readonly BatchCommand[], options: TuneTextOptions) {
  return commands.flatMap((command) =>
    commandLines(command, options).map((line, index) =>
      index === 0 ? `${lead}${line}` : `${" ".repeat(lead.length)}${line}`,
    ),
  );
}

function undoLines(entry: JournalEntry, options: TextShape): string[] {
  return [
    ...hang("  - ", `undo, of profile ${entry.profile ?? ""}: ${entry.title}`, options.columns),
    ...shown("      $ ", entry.undo, options),
  ];
}

/** What is not decided on the state that is seen now, but on the one before the profile. */
const againLines = ({ step }: PlannedStep, { columns }: TextShape): string[] =>
  hang("  ? ", `${step.title}: decided once the changes above are undone`, columns);

function stepLines({ step, decision }: PlannedStep, options: TextShape): string[] {
  const { columns } = options;
  const { title } = step;
  switch (decision.state) {
    case "satisfied":
      return hang("  = ", `${title}: so already`, columns);
    case "impossible":
      return [
        ...hang("  ! ", `${title}: ${decision.reason}`, columns),
        ...hang("      ", decision.remedy, columns),
      ];
    case "unknownUntil":
      return hang("  ? ", `${title}: decided once "${decision.stepId}" is done`, columns);
    case "needed":
      return [
        ...hang("  ~ ", title, columns),
        ...(decision.diff?.replace(/\n$/, "").split("\n") ?? []).map((line) => `      ${line}`),
        ...shown("      $ ", decision.actions, options),
        ...shown("      undone by $ ", decision.undo, options),
        ...(decision.irreversible ?? []).map((what) => `      cannot be set back: ${what}`),
      ];
  }
}

/** Undone changes may be what made a step satisfied, needed otherwise, or impossible where it is not blocked. */
function isAgain({ step, decision }: PlannedStep, undo: readonly JournalEntry[]): boolean {
  if (decision.state === "impossible") return true;
  const nic = /^link:[^:]+:/.exec(step.id)?.[0];
  return undo.some(
    ({ stepId }) => stepId === step.id || (nic !== undefined && stepId === `${nic}channels`),
  );
}

function hostLines(
  hostPlan: HostPlan,
  { undo, keep, blocked }: TunedBefore,
  options: TextShape,
): string[] {
  const kept = new Set(keep.map(({ stepId }) => stepId));
  const lines = hostPlan.steps.flatMap((planned) => {
    if (kept.has(planned.step.id)) {
      return hang("  = ", `${planned.step.title}: stays, both profiles want it`, options.columns);
    }
    const again = !blocked.includes(planned.step.id) && isAgain(planned, undo);
    return again ? againLines(planned, options) : stepLines(planned, options);
  });
  return [...undo.flatMap((entry) => undoLines(entry, options)), ...lines];
}

/** A change of profile, step by step: what is undone and done on each host, by which commands. */
export function tuningLines(
  { plan, before }: TuningPlan,
  options: TuneTextOptions,
  out: Channel,
): string[] {
  const shape = { ...options, columns: out.columns };
  return plan.hosts.flatMap((hostPlan) => {
    const own = before.find(({ place }) => place === hostPlan);
    const lines = own === undefined ? [] : hostLines(hostPlan, own, shape);
    const { name } = hostPlan.host;
    return [
      out.style("bold", name),
      ...(lines.length === 0 ? ["  nothing is wanted of it"] : lines),
    ];
  });
}

const stateWords = {
  holds: "holds",
  before: "undone by somebody else: as it was before",
  other: "changed since by somebody else",
  restarted: "undone by a restart",
  unknown: "cannot be looked at",
} as const;

function stateLine({ entry, state, now }: TunedState, out: Channel): string[] {
  const words = now === undefined ? stateWords[state] : `${stateWords[state]}: ${now.trim()}`;
  const lead = state === "holds" ? "  = " : "  ! ";
  const told = state === "holds" ? words : out.style("red", words);
  return hang(lead, `${entry.title}: ${told}`.replaceAll("\n", "; "), out.columns);
}

/** Which profile a host is in, and what of it holds. */
export function stateLines({ host, changes }: HostTuning, out: Channel): string[] {
  const profiles = [...new Set(changes.map(({ entry }) => entry.profile ?? ""))];
  const head = profiles.length === 0 ? "in no profile" : `in profile ${profiles.join(" and ")}`;
  return [
    out.style("bold", `${host}: ${head}`),
    ...changes.flatMap((change) => stateLine(change, out)),
  ];
}
