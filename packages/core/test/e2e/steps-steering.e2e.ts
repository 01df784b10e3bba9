import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openLocalTransport } from "../../src/host/local.js";
import type { Step } from "../../src/plan/step.js";
import { hugePagesStep } from "../../src/steps/memory/huge-pages.js";
import { transparentHugePagesStep } from "../../src/steps/memory/transparent-huge-pages.js";
import { irqAffinityStep } from "../../src/steps/nic/irq-affinity.js";
import { queueSteeringStep } from "../../src/steps/nic/queue-steering.js";
import { receiveFlowSteeringSteps } from "../../src/steps/nic/receive-flow-steering.js";
import { decideOn, type StepCase, stepContract } from "../../src/testing/step-contract.js";
import { nicCase, openNicHost } from "../support/nic-case.js";
import {
  busyboxDirectory,
  openMachine,
  temporaryDirectory,
  userLands,
  withPath,
} from "../support/step-hosts.js";

const directories = new Map<string, Awaited<ReturnType<typeof temporaryDirectory>>>();
beforeAll(async () => {
  for (const userLand of userLands) directories.set(userLand, await temporaryDirectory());
  await busyboxDirectory(directories.get("busybox")?.path ?? "");
});
afterAll(async () => {
  for (const directory of directories.values()) await directory[Symbol.asyncDispose]();
});

const showQueues = "cd /sys/class/net/many0/queues && head */rps* */xps_cpus";
const showMemory =
  "cat /sys/kernel/mm/transparent_hugepage/enabled /sys/devices/system/node/node*/hugepages/*/nr_hugepages";

async function machineCase(directory: string, step: Step): Promise<StepCase> {
  const host = openMachine(withPath(openLocalTransport(), directory));
  return {
    host,
    step,
    words: ["transparent_hugepage", "node0", "madvise"],
    savedDirectory: "/nowhere",
    surroundings: async () => (await host.run({ argv: ["sh", "-c", showMemory] })).stdout,
    [Symbol.asyncDispose]: async () => await host[Symbol.asyncDispose](),
  };
}

describe.each(userLands)("%s", (userLand) => {
  const at = () => directories.get(userLand)?.path ?? "";
  const nic = "many0";
  for (const [name, step] of [
    ["RPS", queueSteeringStep({ nic, rps: { all: [0, 1] } })],
    ["XPS of a CPU a queue", queueSteeringStep({ nic, xps: { each: [0, 1] } })],
    [
      "RPS, XPS and flow tables",
      queueSteeringStep({ nic, rps: { each: [1] }, xps: { all: [0] }, flowCount: 4096 }),
    ],
  ] as const) {
    stepContract(name, () =>
      nicCase(at(), { step, words: ["many0", "4096", "rps_cpus"], show: showQueues }),
    );
  }
  stepContract("transparent huge pages", () =>
    machineCase(at(), transparentHugePagesStep({ enabled: "never" })),
  );
  stepContract("huge pages", () => machineCase(at(), hugePagesStep({ pages: 3 })));

  test.each([
    [queueSteeringStep({ nic, rps: { all: [8000] } }), /the machine has no CPU 8000/],
    [queueSteeringStep({ nic: "lo", xps: { all: [0] } }), /one queue only/],
    [irqAffinityStep({ nic, cpus: [0] }), /no interrupts of queues of many0/],
    [hugePagesStep({ pages: 3, node: 77 }), /no huge pages of 2048 KiB on NUMA node 77/],
    [
      receiveFlowSteeringSteps({ nic, entries: 1024, flowCount: 256, accelerated: true })[0],
      /ntuple/,
    ],
  ])("refuses before anything is changed %#", async (step, reason) => {
    await using opened = await openNicHost(at());
    const asked = { ...opened, step: step as Step, savedDirectory: "/nowhere" };
    expect((await decideOn(asked)).decision).toMatchObject({
      state: "impossible",
      reason: expect.stringMatching(reason),
    });
  });
});
