import { quoteArgv } from "../command/quote.js";
import type { BatchCommand } from "../host/batch.js";
import { passingEntries } from "../plan/place.js";
import type { HostPlan, Plan, PlannedStep } from "../plan/plan.js";
import type { Decision } from "../plan/step.js";
import type { Channel } from "./terminal.js";
import { hang } from "./wrap.js";

type Needed = Extract<Decision, { readonly state: "needed" }>;

/** How a plan is shown. */
export interface PlanText {
  readonly out: Channel;
  /** Scripts in full, however long. */
  readonly verbose: boolean;
}

/** Lines of a script that are shown where nobody asked for more. */
const shownLines = 7;

const linesOf = (text: string): string[] => text.split("\n").filter((line) => line.trim() !== "");

/** A script's text may be long: what it is given is what tells one call from another. */
function commandWords({ argv, stdin }: BatchCommand, verbose: boolean): string {
  const [program, flag, text = "", zero = "", ...given] = argv;
  const input = stdin === undefined ? "" : `  # given ${Buffer.byteLength(stdin)} bytes of input`;
  const lines = linesOf(text);
  if (program !== "sh" || flag !== "-c" || verbose || lines.length <= shownLines) {
    return `${quoteArgv(argv)}${input}`;
  }
  return `sh -c '(${lines.length} lines, shown with -v)' ${quoteArgv([zero, ...given])}${input}`;
}

function commandLines(command: BatchCommand, { out, verbose }: PlanText): string[] {
  const { cwd, env } = command;
  const variables = Object.entries(env ?? {}).map(([name, value]) => `${name}=${value} `);
  const where = cwd === undefined ? "" : `cd ${quoteArgv([cwd])} && `;
  const text = `${where}${variables.join("")}${commandWords(command, verbose)}`;
  return linesOf(text).flatMap((line, index) =>
    hang(index === 0 ? "    $ " : "      ", line, out.columns),
  );
}

function diffLine(line: string, { out }: PlanText): string[] {
  const look = line.startsWith("+") ? "green" : line.startsWith("-") ? "red" : undefined;
  return hang("      ", line, out.columns).map((one) =>
    look === undefined ? one : out.style(look, one),
  );
}

function neededLines({ diff = "", actions, irreversible = [] }: Needed, how: PlanText): string[] {
  return [
    ...linesOf(diff).flatMap((line) => diffLine(line, how)),
    ...actions.flatMap((action) => commandLines(action, how)),
    ...irreversible.flatMap((what) =>
      hang("    cannot be set back: ", what, how.out.columns).map((one) =>
        how.out.style("dim", one),
      ),
    ),
  ];
}

function stepLines({ step, decision }: PlannedStep, how: PlanText): string[] {
  const { out } = how;
  const lead = (sign: string, text: string) => hang(`  ${sign} `, text, out.columns);
  switch (decision.state) {
    case "satisfied":
      return lead("=", `${step.title}: fine already`);
    case "needed":
      return [...lead("~", step.title), ...neededLines(decision, how)];
    case "unknownUntil":
      return lead("?", `${step.title}: decided when what it needs is done`);
    case "impossible":
      return [
        ...lead("!", `${step.title}: ${decision.reason}`).map((one) => out.style("red", one)),
        ...hang("    ", decision.remedy, out.columns),
      ];
  }
}

function hostLines({ host, place, steps }: HostPlan, how: PlanText): string[] {
  const passing = passingEntries(place).length;
  const others = passing === 1 ? "a change" : `${passing} changes`;
  const text = `${others} of another run in force: undone first, unless that run is alive`;
  return [
    how.out.style("bold", host.name),
    ...(passing === 0 ? [] : hang("  * ", text, how.out.columns)),
    ...steps.flatMap((step) => stepLines(step, how)),
    ...(steps.length === 0 ? ["  nothing is wanted"] : []),
  ];
}

/** What a plan would do on every host, and what is fine there already. */
export const planLines = (plan: Plan, how: PlanText): string[] =>
  plan.hosts.flatMap((one) => hostLines(one, how));

/** A plan in one line. */
export function planOutcome(plan: Plan): string {
  const all = plan.hosts.flatMap(({ steps }) => steps).length;
  const impossible = plan.impossible.length;
  if (impossible > 0) return `${impossible} of ${all} steps cannot be done`;
  if (plan.changes === 0) return "nothing to do";
  if (plan.changes === all) return all === 1 ? "1 step to do" : `${all} steps to do`;
  return `${plan.changes} of ${all} steps to do, the others are fine already`;
}
