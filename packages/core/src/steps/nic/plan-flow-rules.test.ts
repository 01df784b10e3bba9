import { expect, test } from "vitest";
import type { Answer } from "../../plan/step.js";
import { type FlowRule, ruleArguments, shownRule } from "./flow-rule.js";
import { flowSteeringStep } from "./flow-steering.js";
import { freeLocations, planFlowRules } from "./plan-flow-rules.js";

/** Rule i of flows of both ports `port + i` to queue i. */
const flows = (port: number, count: number): readonly FlowRule[] =>
  Array.from({ length: count }, (_, i) => ({
    flowType: "tcp4",
    srcPort: port + i,
    dstPort: port + i,
    action: { queue: i },
  }));

const existing = (...shown: readonly (readonly [number, FlowRule])[]) =>
  shown.map(([location, rule]) => ({ location, shown: shownRule(rule) }));

test("rules as ethtool takes and shows them", () => {
  const rule: FlowRule = {
    flowType: "tcp6",
    srcIp: "FD00:0:0::1",
    dstPort: 4000,
    action: "drop",
  };
  expect(shownRule(rule)).toBe("TCP over IPv6; Src IP addr: fd00::1; Dest port: 4000; Drop");
  expect(ruleArguments(rule, 7).join(" ")).toBe(
    "flow-type tcp6 src-ip FD00:0:0::1 dst-port 4000 action -1 loc 7",
  );
});

test("rules take consecutive locations; what is there already is kept", () => {
  const rules = flows(10_000, 3);
  const there = existing([5, rules[1] as FlowRule]);
  const plan = planFlowRules(rules, { existing: there, firstLocation: 4 });
  expect(plan).toEqual({
    insert: [
      { location: 4, rule: rules[0] },
      { location: 6, rule: rules[2] },
    ],
  });
});

test("another's rule is never overwritten", () => {
  const rules = flows(10_000, 3);
  const other: FlowRule = { flowType: "udp4", dstPort: 53, action: { queue: 0 } };
  expect(planFlowRules(rules, { existing: existing([1, other]), firstLocation: 0 })).toMatchObject({
    why: "taken",
    conflict: { location: 1 },
  });
  const elsewhere: FlowRule = { ...(rules[2] as FlowRule), action: { queue: 9 } };
  expect(
    planFlowRules(rules, { existing: existing([90, elsewhere]), firstLocation: 0 }),
  ).toMatchObject({ why: "same packets", conflict: { location: 90 } });
});

test.each([
  [2, [], 0],
  [2, [0, 3], 1],
  [3, [0, 3], 4],
  [1, [0, 1, 2], 3],
])("%i rules beside those at %j begin at %i", (count, taken, first) => {
  const rule: FlowRule = { flowType: "udp4", dstPort: 1, action: "drop" };
  expect(freeLocations(count, existing(...taken.map((at): [number, FlowRule] => [at, rule])))).toBe(
    first,
  );
});

const said = (stdout: string): Answer => ({ stdout, stderr: "", exitCode: 0 });

test.each([
  [
    "unsupported Cannot get RX rings: Operation not supported\n",
    /no steering rules: Cannot get RX/,
  ],
  ["", /has 2 receive queues, none for TCP over IPv4; Src port: 10002/],
])("refuses on %j", (seen, reason) => {
  const step = flowSteeringStep({ nic: "ens2f0", rules: flows(10_000, 3) });
  const answers = [said("nics\n"), said("0\n"), said(seen), said("2\n")];
  expect(step.decide(said(seen), answers, { savedDirectory: "/saved" })).toMatchObject({
    state: "impossible",
    reason: expect.stringMatching(reason),
  });
});

test.each([
  ["rules", { rules: [] }],
  ["rules", { rules: [...flows(1, 1), { ...flows(1, 1)[0], action: "drop" as const }] }],
  ["rules.0.flowType", { rules: [{ flowType: "tcp4", srcIp: "::1", action: "drop" }] }],
  ["rules.0.flowType", { rules: [{ flowType: "tcp4", action: "drop" }] }],
  ["rules.0.dstIp", { rules: [{ flowType: "tcp4", dstIp: "10.0.0", action: "drop" }] }],
] as const)("names the wrong option, %s %#", (field, options) => {
  expect(() =>
    flowSteeringStep({ nic: "ens2f0", rules: options.rules as readonly FlowRule[] }),
  ).toThrow(
    expect.objectContaining({
      code: "OPTIONS_INVALID",
      message: expect.stringContaining(`"${field}": `),
    }),
  );
});
