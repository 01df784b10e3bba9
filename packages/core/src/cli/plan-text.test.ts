import { expect, test } from "vitest";
import type { Host } from "../host/host.js";
import type { Plan, PlannedStep } from "../plan/plan.js";
import type { Decision } from "../plan/step.js";
import { planLines, planOutcome } from "./plan-text.js";
import { recordedChannel } from "./recorded-terminal.js";

const long = Array.from({ length: 9 }, (_, index) => `echo ${index}`).join("\n");

const planned = (title: string, decision: Decision): PlannedStep => ({
  step: {
    ...{ id: title, title, scope: "machine", lifetime: "kept", survives: "reboot" },
    check: { argv: ["true"] },
    decide: () => decision,
  },
  seen: "",
  decision,
});

const planOf = (...steps: PlannedStep[]): Plan => {
  const states = steps.map(({ decision }) => decision.state);
  return {
    planId: "p",
    hosts: [
      {
        host: { name: "node0" } as Host,
        place: {
          ...{ userId: 0, machineId: "m", bootId: "b", netnsId: "n", stateDirectory: "/s" },
          ...{ openEntries: [], scopedEntries: [] },
        },
        steps,
      },
    ],
    changes: states.filter((state) => state === "needed" || state === "unknownUntil").length,
    impossible: states.flatMap((state) =>
      state === "impossible"
        ? [{ host: "node0", stepId: "i", reason: "no root", remedy: "use sudo" }]
        : [],
    ),
    passing: 0,
  };
};

const everything = planOf(
  planned("have tree", { state: "satisfied" }),
  planned("load the module", {
    ...{ state: "needed", wanted: "x", undo: [], diff: "module: absent -> loaded" },
    actions: [{ argv: ["modprobe", "ib_uverbs"] }, { argv: ["sh", "-c", long, "sh", "it's"] }],
    irreversible: ["a counter"],
  }),
  planned("edit the file", { state: "unknownUntil", stepId: "checkout" }),
  planned("put a device on eth0, which is a long title that does not fit", {
    ...{ state: "impossible", reason: "no root", remedy: "use sudo" },
  }),
);

test("every step says what it would do, or that it is fine; long scripts say what they are given", () => {
  const out = recordedChannel({ columns: 60 });
  expect(planLines(everything, { out, verbose: false })).toEqual([
    "node0",
    "  = have tree: fine already",
    "  ~ load the module",
    "      module: absent -> loaded",
    "    $ modprobe ib_uverbs",
    "    $ sh -c '(9 lines, shown with -v)' sh 'it'\\''s'",
    "    cannot be set back: a counter",
    "  ? edit the file: decided when what it needs is done",
    "  ! put a device on eth0, which is a long title that does",
    "    not fit: no root",
    "    use sudo",
  ]);
});

test("-v shows scripts in full", () => {
  const out = recordedChannel();
  const lines = planLines(everything, { out, verbose: true });
  expect(lines).toContain("      echo 8' sh 'it'\\''s'");
});

test.each([
  [everything, "1 of 4 steps cannot be done"],
  [planOf(planned("a", { state: "satisfied" })), "nothing to do"],
  [planOf(planned("a", { state: "unknownUntil", stepId: "b" })), "1 step to do"],
  [
    planOf(
      planned("a", { state: "satisfied" }),
      planned("b", { state: "unknownUntil", stepId: "c" }),
    ),
    "1 of 2 steps to do, the others are fine already",
  ],
])("its outcome is one line %#", (plan, line) => {
  expect(planOutcome(plan)).toBe(line);
});
