import { expect, test } from "vitest";
import type { Answer, Step } from "../../plan/step.js";
import { cpuGovernorStep } from "./governor.js";
import { cpuIdleStatesStep } from "./idle-states.js";
import { irqbalanceStoppedStep } from "./irqbalance.js";
import { cpuTurboStep } from "./turbo.js";

const said = (stdout: string): Answer => ({ stdout, stderr: "", exitCode: 0 });
const decide = (step: Step, seen: string, ...answers: readonly string[]) =>
  step.decide(said(seen), answers.map(said), { savedDirectory: "/saved" });

test("idle states are switched by how long they take to wake up from", () => {
  const state = (n: number, value: number) => `cpu0/cpuidle/state${n}/disable ${value}\n`;
  const latencies = [0, 2, 10, 133].map((us, n) => `cpu0/cpuidle/state${n} ${us}\n`).join("");
  const seen = [0, 0, 0, 0].map((value, n) => state(n, value)).join("");
  const decision = decide(cpuIdleStatesStep({ maxExitLatencyUs: 2 }), seen, "0\n", latencies);
  expect(decision).toMatchObject({
    wanted: state(0, 0) + state(1, 0) + state(2, 1) + state(3, 1),
  });
  if (decision.state !== "needed") throw new Error("not needed");
  expect(decision.undo[0]?.argv.slice(4)).toEqual([
    "/sys/devices/system/cpu",
    ...["cpu0/cpuidle/state2/disable", "0", "cpu0/cpuidle/state3/disable", "0"],
  ]);
});

test.each([
  [true, "intel_pstate/no_turbo 1\n", "intel_pstate/no_turbo 0\n"],
  [false, "intel_pstate/no_turbo 0\n", "intel_pstate/no_turbo 1\n"],
  [true, "cpufreq/boost 0\n", "cpufreq/boost 1\n"],
  [false, "cpufreq/boost 1\n", "cpufreq/boost 0\n"],
])("turbo %j from %j", (on, seen, wanted) => {
  expect(decide(cpuTurboStep({ on }), seen, "0\n")).toMatchObject({ wanted });
  expect(decide(cpuTurboStep({ on }), wanted, "0\n")).toEqual({ state: "satisfied" });
});

const governor = "cpu0/cpufreq/scaling_governor";
test.each<[Step, [seen: string, probe: string], RegExp]>([
  [cpuGovernorStep({ governor: "performance" }), ["", "0\n"], /show no frequency governor/],
  [cpuIdleStatesStep({ maxExitLatencyUs: 1 }), ["", "0\n"], /show no idle states/],
  [cpuTurboStep({ on: false }), ["", "0\n"], /no switch for turbo/],
  [cpuGovernorStep({ governor: "performance" }), [`${governor} powersave\n`, "7\n"], /only root/],
  [
    cpuGovernorStep({ governor: "performance" }),
    [`${governor} powersave\n`, `0\n${governor}\n`],
    /scaling_governor is read-only here/,
  ],
  [irqbalanceStoppedStep(), ["running\n", "0\nnone\n"], /not as a service/],
  [irqbalanceStoppedStep(), ["running\n", "7\nsystemd\n"], /only root/],
])("refuses %#", (step, [seen, probe], reason) => {
  expect(decide(step, seen, probe)).toMatchObject({
    state: "impossible",
    reason: expect.stringMatching(reason),
  });
});

test("irqbalance is stopped and started by its service", () => {
  const decision = decide(irqbalanceStoppedStep(), "running\n", "0\nsystemd\n");
  if (decision.state !== "needed") throw new Error("not needed");
  expect(decision.actions).toEqual([{ argv: ["systemctl", "stop", "irqbalance"] }]);
  expect(decision.undo[0]?.argv.slice(4)).toEqual(["systemctl", "start", "irqbalance"]);
  expect(decide(irqbalanceStoppedStep(), "stopped\n", "7\nnone\n")).toEqual({ state: "satisfied" });
});
