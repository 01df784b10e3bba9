import { expect, test } from "vitest";
import type { Answer } from "../../plan/step.js";
import { isQueueInterrupt, queueOf } from "./interrupt-names.js";
import { irqAffinityStep } from "./irq-affinity.js";

test.each([
  ["mlx5_comp3@pci:0000:3b:00.0", 3],
  ["i40e-ens2f0-TxRx-12", 12],
  ["ice-ens1f0-TxRx-0", 0],
  ["eth0-rx-5", 5],
  ["bnxt_en-eth0-TxRx-7", 7],
  ["virtio2-input.1", 1],
  ["virtio2-output.1", 1],
  ["ens5-Tx-Rx-4", 4],
  ["eth0", undefined],
  ["link0-TxRx-2", 2],
])("%s is of a queue", (name, queue) => {
  expect(isQueueInterrupt(name, "link0")).toBe(true);
  expect(queueOf(name)).toBe(queue);
});

test.each([
  "mlx5_async0@pci:0000:3b:00.0",
  "virtio2-config",
  "ice-0000:18:00.0:misc",
  "mlx5_pages_eq@pci:0000:05:00.0",
  "ena-mgmnt@pci:0000:00:05.0",
])("%s is of none", (name) => {
  expect(isQueueInterrupt(name, "link0")).toBe(false);
});

const said = (stdout: string): Answer => ({ stdout, stderr: "", exitCode: 0 });
const decide = (cpus: readonly number[], seen: string, writable = "writable\n") =>
  irqAffinityStep({ nic: "ens2f0", cpus }).decide(
    said(seen),
    [said("nics\n"), said("0\n"), said(writable)],
    { savedDirectory: "/saved" },
  );
const seen =
  "38 0-7 virtio2-config\n39 0-3 virtio2-input.0\n40 4 virtio2-output.0\n41 0-7 virtio2-input.1\n";

test("queues go round the CPUs, other interrupts stay", () => {
  const decision = decide([4, 6], seen);
  expect(decision).toMatchObject({
    wanted:
      "38 0-7 virtio2-config\n39 4 virtio2-input.0\n40 4 virtio2-output.0\n41 6 virtio2-input.1\n",
  });
  if (decision.state !== "needed") throw new Error("not needed");
  expect(decision.actions[0]?.argv.slice(4)).toEqual(["39", "4", "41", "6"]);
  expect(decision.undo[0]?.argv.slice(4)).toEqual(["39", "0-3", "41", "0-7"]);
});

test.each([
  ["38 0-7 virtio2-config\n", "writable\n", /no interrupts of queues of ens2f0/],
  [seen, "no\n", /cannot be moved from here/],
])("refuses %#", (state, writable, reason) => {
  expect(decide([4], state, writable)).toMatchObject({
    state: "impossible",
    reason: expect.stringMatching(reason),
  });
});

test("is satisfied", () => {
  expect(decide([4], "40 4 virtio2-output.0\n")).toEqual({ state: "satisfied" });
});

test("waits for the step that makes the queues", () => {
  const after = "link:ens2f0:channels";
  const step = irqAffinityStep({ nic: "ens2f0", cpus: [4], queues: 4, after });
  const answers = [said("nics\n"), said("0\n"), said("writable\n")];
  expect(step.decide(said(seen), answers, { savedDirectory: "/saved" })).toMatchObject({
    state: "unknownUntil",
    stepId: after,
    otherwise: { reason: "ens2f0 has 2 queues, not 4" },
  });
});

test("waits until irqbalance is stopped, or says so", () => {
  const answers = [said("nics\n"), said("0\n"), said("writable\n"), said("running\n")];
  const decision = (after?: string) =>
    irqAffinityStep({ nic: "ens2f0", cpus: [4], ...(after && { after }) }).decide(
      said("40 4 virtio2-output.0\n"),
      answers,
      { savedDirectory: "/saved" },
    );
  const reason = "irqbalance runs and would move the interrupts again";
  expect(decision()).toMatchObject({ state: "impossible", reason });
  expect(decision("service:irqbalance")).toMatchObject({
    state: "unknownUntil",
    stepId: "service:irqbalance",
    otherwise: { reason },
  });
});
