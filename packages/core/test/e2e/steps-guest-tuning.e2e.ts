import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { Host } from "../../src/host/host.js";
import { applyScoped } from "../../src/plan/apply-scoped.js";
import { makePlan } from "../../src/plan/plan.js";
import type { Step } from "../../src/plan/step.js";
import { congestionControlStep } from "../../src/steps/congestion-control.js";
import { cpuGovernorStep } from "../../src/steps/cpu/governor.js";
import { cpuIdleStatesStep } from "../../src/steps/cpu/idle-states.js";
import { irqbalanceStoppedStep } from "../../src/steps/cpu/irqbalance.js";
import { readCpuTopology } from "../../src/steps/cpu/read-topology.js";
import { cpuTurboStep } from "../../src/steps/cpu/turbo.js";
import { gsoMaxSizeStep } from "../../src/steps/link/gso-max-size.js";
import { hugePagesStep } from "../../src/steps/memory/huge-pages.js";
import { channelsStep } from "../../src/steps/nic/channels.js";
import { flowSteeringStep } from "../../src/steps/nic/flow-steering.js";
import { irqAffinityStep } from "../../src/steps/nic/irq-affinity.js";
import { offloadsStep } from "../../src/steps/nic/offloads.js";
import { qdiscStep } from "../../src/steps/nic/qdisc.js";
import { queueSteeringStep } from "../../src/steps/nic/queue-steering.js";
import { receiveFlowSteeringSteps } from "../../src/steps/nic/receive-flow-steering.js";
import { ringsStep } from "../../src/steps/nic/rings.js";
import { openVmTestbed, type VmTestbed } from "../../src/testbed/vm/open-vm-testbed.js";
import { decideOn, type StepCase, stepContract } from "../../src/testing/step-contract.js";
import { tuningGuest } from "../support/step-guest.js";
import { temporaryDirectory } from "../support/step-hosts.js";

let testbed: VmTestbed;
let guest: Host;
beforeAll(async () => {
  testbed = await openVmTestbed({ recipe: tuningGuest, hosts: ["client", "server"] });
  [guest] = testbed.hosts as [Host, Host];
}, 300_000);
afterAll(async () => {
  await testbed?.[Symbol.asyncDispose]();
});

const show = `
for nic in lab0 plain0; do ethtool -k "$nic"; done
ethtool -g lab0; tc qdisc show dev lab0; ip -d -o link show lab0
cat /sys/class/net/lab0/queues/rx-0/rps_*
cat /proc/sys/net/core/rps_sock_flow_entries /proc/sys/net/ipv4/tcp_congestion_control
cat /sys/devices/system/node/node0/hugepages/*/nr_hugepages
`;

async function output(script: string): Promise<string> {
  const [result] = await guest.batch([{ argv: ["sh", "-c", script] }]);
  return result?.stdout ?? "";
}

const [flowTable, flowQueues] = receiveFlowSteeringSteps({
  nic: "lab0",
  entries: 1024,
  flowCount: 512,
}) as [Step, Step];
const nic = "lab0";

for (const [name, step, shown] of [
  ["ring sizes of a virtio card", ringsStep({ nic, rx: 128 }), show],
  ["an offload of a virtio card", offloadsStep({ nic, gro: false }), show],
  [
    "all offloads of a dummy",
    offloadsStep({ nic: "plain0", tx: false, sg: false, tso: false, gso: false, gro: false }),
    show,
  ],
  ["a qdisc by a module", qdiscStep({ nic, kind: "fq", options: ["limit", "500"] }), show],
  ["GSO size", gsoMaxSizeStep({ nic, bytes: 9000 }), show],
  ["congestion control by a module", congestionControlStep({ algorithm: "bbr" }), show],
  ["RPS of the only queue", queueSteeringStep({ nic, rps: { all: [0, 1] } }), show],
  ["the machine's flow table", flowTable, show],
  ["a queue's flow table", flowQueues, show],
  ["huge pages", hugePagesStep({ pages: 2 }), show],
  ["irqbalance", irqbalanceStoppedStep(), "cat /proc/$(cat /run/balance.pid)/comm || echo none"],
] as const) {
  stepContract(
    name,
    async (): Promise<StepCase> => ({
      host: guest,
      step,
      words: ["lab0", "plain0"],
      savedDirectory: "/nowhere",
      surroundings: async () => (await output(shown)).replaceAll(/<\S*>/g, ""),
      [Symbol.asyncDispose]: () => Promise.resolve(),
    }),
  );
}

test.each([
  [ringsStep({ nic, rx: 4096 }), /lab0 takes rx of at most 256, not 4096/],
  [channelsStep({ nic, combined: 2 }), /lab0 takes combined of at most 1, not 2/],
  [queueSteeringStep({ nic, xps: { all: [0] } }), /one queue only/],
  [offloadsStep({ nic, ntuple: true }), /ntuple-filters off \[fixed\]/],
  [
    flowSteeringStep({ nic, rules: [{ flowType: "tcp4", dstPort: 4000, action: { queue: 0 } }] }),
    /the driver of lab0 has no steering rules: /,
  ],
  ...receiveFlowSteeringSteps({ nic, entries: 1024, flowCount: 1024, accelerated: true })
    .slice(0, 1)
    .map((step): [Step, RegExp] => [step, /ntuple/]),
  [cpuGovernorStep({ governor: "performance" }), /the CPUs show no frequency governor: a guest/],
  [cpuIdleStatesStep({ maxExitLatencyUs: 1 }), /the CPUs show no idle states: a guest/],
  [cpuTurboStep({ on: false }), /the machine shows no switch for turbo clocks: a guest/],
  ...[
    ringsStep({ nic: "mgmt0", rx: 128 }),
    offloadsStep({ nic: "mgmt0", gro: false }),
    qdiscStep({ nic: "mgmt0", kind: "fq" }),
    gsoMaxSizeStep({ nic: "mgmt0", bytes: 9000 }),
    queueSteeringStep({ nic: "mgmt0", rps: { all: [1] } }),
  ].map((step): [Step, RegExp] => [step, /^mgmt0 carries the default route or this SSH session$/]),
])("refuses before anything is changed %#", async (step, reason) => {
  const { decision } = await decideOn({ host: guest, step, savedDirectory: "/nowhere" });
  expect(decision).toMatchObject({ state: "impossible", reason: expect.stringMatching(reason) });
});

test("a plan of them holds until it is disposed", async () => {
  await using directory = await temporaryDirectory();
  vi.stubEnv("XDG_STATE_HOME", directory.path);
  const steps = [
    irqbalanceStoppedStep(),
    irqAffinityStep({ nic, cpus: [1], after: "service:irqbalance" }),
    ringsStep({ nic, rx: 64, tx: 64 }),
    offloadsStep({ nic, gro: false }),
    qdiscStep({ nic, kind: "fq" }),
    congestionControlStep({ algorithm: "bbr" }),
  ];
  const before = await output(show);
  const of = (name: string) =>
    `for irq in $(sed -n 's/^ *\\([0-9]*\\):.*virtio1-${name}$/\\1/p' /proc/interrupts); do cat /proc/irq/$irq/smp_affinity_list; done`;
  // irqbalance may have put them where they are wanted.
  await output(`for irq in $(ls /sys/class/net/lab0/device/../msi_irqs); do
    echo 0 >/proc/irq/$irq/smp_affinity_list; done`);
  const scoped = await applyScoped(await makePlan([{ host: guest, steps }]), { purpose: "test" });
  expect(scoped.report.changes).toBe(steps.length);
  expect(await output(`${of("input.0")}; ${of("output.0")}`)).toBe("1\n1\n");
  await scoped[Symbol.asyncDispose]();
  expect(await output(show)).toBe(before);
});

test("its CPUs are told", async () => {
  const { cpus, nics } = await readCpuTopology(guest, ["lab0"]);
  expect(cpus.map(({ cpu, node }) => [cpu, node])).toEqual([
    [0, 0],
    [1, 0],
  ]);
  expect(Object.keys(nics)).toEqual(["lab0"]);
});
