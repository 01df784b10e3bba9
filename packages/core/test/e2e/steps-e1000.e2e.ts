import { afterAll, beforeAll, expect, test } from "vitest";
import type { Host } from "../../src/host/host.js";
import type { Step } from "../../src/plan/step.js";
import { deviceDriverStep } from "../../src/steps/device/driver.js";
import { linkMtuStep } from "../../src/steps/link/mtu.js";
import { coalescingStep } from "../../src/steps/nic/coalescing.js";
import { irqAffinityStep } from "../../src/steps/nic/irq-affinity.js";
import { offloadsStep } from "../../src/steps/nic/offloads.js";
import { pauseStep } from "../../src/steps/nic/pause.js";
import { ringsStep } from "../../src/steps/nic/rings.js";
import { rssStep } from "../../src/steps/nic/rss.js";
import { openVmTestbed, type VmTestbed } from "../../src/testbed/vm/open-vm-testbed.js";
import type { GuestRecipe } from "../../src/testbed/vm/recipe.js";
import { decideOn, type StepCase, stepContract } from "../../src/testing/step-contract.js";
import { crashContract } from "../support/crash-contract.js";

/** A card with offloads, rings and moderation of real hardware, on a bus it can be taken off. */
const recipe: GuestRecipe = {
  packages: ["kmod"],
  modules: ["uio_pci_generic"],
  kernel: "linux-image-amd64",
  memoryMib: 256,
  cpus: 2,
  linkMtuBytes: 1500,
  dataCard: "e1000",
  bringUp: [{ argv: ["depmod"] }, { argv: ["modprobe", "uio_pci_generic"] }],
  capabilities: [],
};

const show = `
ethtool -k lab0; ethtool -g lab0; ethtool -c lab0; ethtool -a lab0; ip -o link show lab0; ip -o addr show lab0
readlink /sys/bus/pci/devices/*/driver
`;

let testbed: VmTestbed;
let guest: Host;
let device: string;
beforeAll(async () => {
  testbed = await openVmTestbed({ recipe, hosts: ["client", "server"] });
  [guest] = testbed.hosts as [Host, Host];
  device = (await output("basename $(readlink /sys/class/net/lab0/device)")).trim();
}, 300_000);
afterAll(async () => {
  await testbed?.[Symbol.asyncDispose]();
});

async function output(script: string): Promise<string> {
  const [result] = await guest.batch([{ argv: ["sh", "-c", script] }]);
  return result?.stdout ?? "";
}

/** Interfaces are numbered anew, and their carrier is there a moment later. */
const surroundings = async () =>
  (await output(show))
    .replaceAll(/<\S*>|^\d+: |qdisc .*|valid_lft .*/gm, "")
    .replaceAll(/ state \w+/g, "");

async function caseOf(step: Step): Promise<StepCase> {
  return {
    host: guest,
    step,
    words: ["lab0", "uio_pci_generic"],
    savedDirectory: "/nowhere",
    surroundings,
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

const nic = "lab0";
for (const [name, step] of [
  ["offloads of an e1000", offloadsStep({ nic, tso: false, gro: false, rx: true })],
  ["ring sizes of an e1000", ringsStep({ nic, rx: 512, tx: 128 })],
  ["an e1000's MTU", linkMtuStep({ nic, mtuBytes: 9000 })],
] as const) {
  stepContract(name, () => caseOf(step));
  crashContract(name, () => caseOf(step));
}
stepContract("interrupt moderation of an e1000", () =>
  caseOf(coalescingStep({ nic, rxUsecs: 100 })),
);
stepContract("pause frames of an e1000", () => caseOf(pauseStep({ nic, autonegotiate: false })));
stepContract("another driver for an e1000", () =>
  caseOf(deviceDriverStep({ device, driver: "uio_pci_generic" })),
);

test.each([
  [() => rssStep({ nic, equal: 1 }), /has no RSS|no indirection table/],
  [() => ringsStep({ nic, rx: 8192 }), /takes rx of at most 4096/],
  [() => deviceDriverStep({ device, driver: "vfio-pci" }), /is in no IOMMU group/],
  [() => irqAffinityStep({ nic: "none0", cpus: [0] }), /there is no NIC none0/],
])("refuses before anything is changed %#", async (make, reason) => {
  const { decision } = await decideOn({ host: guest, step: make(), savedDirectory: "/nowhere" });
  expect(decision).toMatchObject({ state: "impossible", reason: expect.stringMatching(reason) });
});

test("the card of the SSH session stays with its driver", async () => {
  const management = (
    await output("basename $(readlink -f /sys/class/net/mgmt0/device/..)")
  ).trim();
  const step = deviceDriverStep({ device: management, driver: "uio_pci_generic" });
  const { decision } = await decideOn({ host: guest, step, savedDirectory: "/nowhere" });
  expect(decision).toMatchObject({ reason: expect.stringMatching(/^mgmt0 carries/) });
});

test("the link carries packets", async () => {
  expect(await output("ping -c 2 -i 0.2 -W 5 10.77.0.2")).toContain(" 0% packet loss");
});
