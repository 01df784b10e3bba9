import { type Answer, type Command, type Decision, quoteArgv, type Step } from "@hoststack/core";

/** Parts of one change that is made by commands of its own. */
export interface JoinedParts {
  readonly id: string;
  readonly title: string;
  readonly lifetime: "kept" | "scoped";
  /** Each says how one part is looked at, what stands against it and how it is undone. */
  readonly parts: readonly [Step, ...Step[]];
  /** Run in this order instead of the parts' own actions, where any of them has something to do. */
  readonly actions: readonly Command[];
  /** Lead every part to what is wanted of it from wherever a cut action has left it; undo goes by way of them. */
  readonly settle: readonly Command[];
  /** What undo cannot bring back. */
  readonly irreversible: readonly string[];
}

/** Runs the checks among its arguments, with a line before each. */
const checkScript = `
at=0
for check; do
  at=$((at + 1))
  echo "-- $at"
  sh -c "$check" || exit
done
`;

/** Whether all of it is as it was is asked for after every undo. */
const tolerantScript = '"$@" || :';

const tolerant = ({ argv }: Command): Command => ({
  argv: ["sh", "-c", tolerantScript, "sh", ...argv],
});

/** What each part's check printed; the line before it is of the check above. */
const sections = (text: string): readonly string[] => text.split(/^-- \d+\n/m).slice(1);

type Needed = Extract<Decision, { readonly state: "needed" }>;
type Impossible = Extract<Decision, { readonly state: "impossible" }>;

/** Every reason that stands against a part, not only the first. */
function refusal(decisions: readonly Decision[]): Decision | undefined {
  const refused = decisions.filter((one): one is Impossible => one.state === "impossible");
  if (refused.length === 0) return undefined;
  const texts = (field: "reason" | "remedy") => [...new Set(refused.map((one) => one[field]))];
  return {
    state: "impossible",
    reason: texts("reason").join("; "),
    remedy: texts("remedy").join("; "),
  };
}

/**
 * Joins steps to one whose actions are given, for programs that reach a state on ways of their own. The state is that of
 * all parts: it is read back after the actions, and undo sets each part back that differed, the last one first.
 */
export function joinedStep(joined: JoinedParts): Step {
  const { id, title, lifetime, parts } = joined;
  return {
    ...{ id, title, lifetime, scope: "netns", survives: "boot" },
    // actions that were cut may have left any of the states they go through
    partial: "ours",
    check: {
      argv: ["sh", "-c", checkScript, "sh", ...parts.map(({ check }) => quoteArgv(check.argv))],
    },
    probes: parts.flatMap(({ probes = [] }) => probes),
    decide(seen, answers, place) {
      const shown = sections(seen.stdout);
      let next = 0;
      const decisions = parts.map((part, index) => {
        const count = part.probes?.length ?? 0;
        const own = answers.slice(next, next + count);
        next += count;
        const answer: Answer = { ...seen, stdout: shown[index] ?? "" };
        return part.decide(answer, own, place);
      });
      return refusal(decisions) ?? joinedDecision(joined, shown, decisions);
    },
  };
}

function joinedDecision(
  { actions, settle, irreversible }: JoinedParts,
  shown: readonly string[],
  decisions: readonly Decision[],
): Decision {
  const needed = decisions.filter((one): one is Needed => one.state === "needed");
  if (needed.length === 0) return { state: "satisfied" };
  const wanted = decisions.map((one, index) => {
    const text = one.state === "needed" ? one.wanted : (shown[index] ?? "");
    return `-- ${index + 1}\n${text}`;
  });
  return {
    state: "needed",
    wanted: wanted.join(""),
    actions,
    undo: [...settle.map(tolerant), ...needed.toReversed().flatMap(({ undo }) => undo)],
    diff: needed.flatMap(({ diff = [] }) => diff).join("\n"),
    irreversible: [...irreversible, ...needed.flatMap((one) => one.irreversible ?? [])],
  };
}
