import { expect, test } from "vitest";
import type { PlannedStep } from "../../plan/plan.js";
import type { Decision } from "../../plan/step.js";
import { type InForce, profileDifference } from "./difference.js";

const command = (id: string, keys = "") => ({ argv: ["show", id, keys] }) as const;
const change = (stepId: string, keys = ""): InForce => ({
  stepId,
  check: command(stepId, keys),
  wanted: "new\n",
});
const planned = (id: string, state: Decision["state"], keys = ""): PlannedStep =>
  ({
    step: { id, check: command(id, keys) },
    decision: { state },
    seen: "",
  }) as unknown as PlannedStep;

const ids = (entries: readonly InForce[]) => entries.map(({ stepId }) => stepId);

test("what both profiles want is kept, the rest of the old one undone", () => {
  const inForce = [change("a"), change("b"), change("c")];
  const difference = profileDifference(inForce, [
    planned("a", "satisfied"),
    planned("b", "needed"),
    planned("d", "needed"),
  ]);
  expect(ids(difference.keep)).toEqual(["a"]);
  expect(ids(difference.undo)).toEqual(["b", "c"]);
  expect(difference.blocked).toEqual([]);
});

test("a change of other settings under the same id is undone even if nothing new is needed", () => {
  const difference = profileDifference(
    [change("link:eth1:offloads", "tso")],
    [planned("link:eth1:offloads", "satisfied", "gro")],
  );
  expect(ids(difference.undo)).toEqual(["link:eth1:offloads"]);
});

test("only what undoing cannot help blocks", () => {
  const difference = profileDifference(
    [change("link:eth1:flow-steering:0")],
    [planned("link:eth1:flow-steering:0", "impossible"), planned("cpu:governor", "impossible")],
  );
  expect(difference.blocked).toEqual(["cpu:governor"]);
});

test("what was set of queues goes with them", () => {
  const inForce = [
    change("link:eth1:mtu"),
    change("link:eth1:channels"),
    change("link:eth1:irq-affinity"),
    change("link:eth2:irq-affinity"),
  ];
  const steps = inForce.map(({ stepId }) =>
    planned(stepId, stepId.endsWith("channels") ? "needed" : "satisfied"),
  );
  const difference = profileDifference(inForce, steps);
  expect(ids(difference.keep)).toEqual(["link:eth1:mtu", "link:eth2:irq-affinity"]);
  expect(ids(difference.undo)).toEqual(["link:eth1:channels", "link:eth1:irq-affinity"]);
});
