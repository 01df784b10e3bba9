import { expect, test } from "vitest";
import type { Disturbance } from "../result/record.js";
import { disturbanceFindings } from "./disturbance-findings.js";

const quiet: Disturbance = {
  ...{ where: "node0", overS: 2, machineCpus: 2, foreignCpus: 0 },
  ...{ processes: [], speedChanges: [] },
};
const one = (cpus: number) => ({ pid: 42, command: "cc1", cpus });
const rules = (seen: Partial<Disturbance>) =>
  disturbanceFindings([{ ...quiet, ...seen }]).map(({ state, rule }) => `${state} ${rule}`);

test.each([
  ["one process at its threshold", { processes: [one(0.2)], foreignCpus: 0.25 }, []],
  ["one process above it", { processes: [one(0.21)], foreignCpus: 0.21 }, ["suspect host.busy"]],
  ["many small ones", { processes: [one(0.1)], foreignCpus: 0.26 }, ["suspect host.busy"]],
  ["the same on a large machine", { foreignCpus: 3.1, machineCpus: 64 }, []],
  ["too much there", { foreignCpus: 3.3, machineCpus: 64 }, ["suspect host.busy"]],
  ["no heat", { throttled: 0 }, []],
  ["heat", { throttled: 3 }, ["suspect host.throttled"]],
  ["another governor", { speedChanges: ["x: a, then b"] }, ["suspect host.speed-changed"]],
])("%s", (_, seen, expected) => {
  expect(rules(seen)).toEqual(expected);
});

test("the text names processes, figures and thresholds", () => {
  const [reason] = disturbanceFindings([{ ...quiet, foreignCpus: 0.9, processes: [one(0.9)] }]);
  expect(reason?.text).toBe(
    "other processes kept 0.90 of 2 CPUs busy on node0: cc1 (42) 0.90 (threshold 0.2 for one, 0.25 for all)",
  );
});

test("what could not be seen is no finding", () => {
  expect(disturbanceFindings([{ where: "node0", unavailable: "hidden" }])).toEqual([]);
});
