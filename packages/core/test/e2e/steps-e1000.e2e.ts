import { beforeAll, describe, expect, test } from "vitest";
import { deviceDriverStep } from "../../src/steps/device/driver.js";
import { iommuAdvice, readIommuState } from "../../src/steps/device/iommu.js";
import { linkMtuStep } from "../../src/steps/link/mtu.js";
import { linkUpStep } from "../../src/steps/link/up.js";
import { channelsStep } from "../../src/steps/nic/channels.js";
import { coalescingStep } from "../../src/steps/nic/coalescing.js";
import { flowHashStep } from "../../src/steps/nic/flow-hash.js";
import { offloadsStep } from "../../src/steps/nic/offloads.js";
import { pauseStep } from "../../src/steps/nic/pause.js";
import { privateFlagsStep } from "../../src/steps/nic/private-flags.js";
import { ringsStep } from "../../src/steps/nic/rings.js";
import { rssStep } from "../../src/steps/nic/rss.js";
import { stepContract } from "../../src/testing/step-contract.js";
import { cardGuest } from "../support/card-guest.js";

const nic = "lab0";
const driver = "uio_pci_generic";

/** A card with offloads, rings, moderation and pause frames of real hardware, on a bus it can be taken off. */
describe("an e1000 of a guest", () => {
  const card = cardGuest("e1000", [driver, "vfio-pci"]);
  let device: string;
  beforeAll(async () => {
    await card.output(`modprobe -a ${driver} vfio-pci`);
    device = (await card.output("basename $(readlink /sys/class/net/lab0/device)")).trim();
  });

  for (const [name, make] of [
    [
      "offloads",
      () => offloadsStep({ nic, rx: true, tx: false, tso: false, gso: false, gro: false }),
    ],
    ["ring sizes", () => ringsStep({ nic, rx: 512, tx: 128 })],
    ["MTU", () => linkMtuStep({ nic, mtuBytes: 9000 })],
    ["interrupt moderation", () => coalescingStep({ nic, rxUsecs: 100 })],
    ["pause frames", () => pauseStep({ nic, autonegotiate: false, rx: false, tx: true })],
    ["link down", () => linkUpStep({ nic, up: false })],
    ["another driver", () => deviceDriverStep({ device, driver })],
  ] as const) {
    stepContract(name, () => card.caseOf(make()));
  }

  test("refuses before anything is changed", async () => {
    const before = await card.surroundings();
    for (const [make, reason] of [
      [() => offloadsStep({ nic, ntuple: true }), /ntuple-filters off \[fixed\]/],
      [() => offloadsStep({ nic, lro: true }), /large-receive-offload off \[fixed\]/],
      [() => rssStep({ nic, equal: 1 }), /the driver of lab0 has no RSS: /],
      [() => flowHashStep({ nic, fields: { udp4: "sdfn" } }), /lab0 .*Operation not supported/],
      [() => ringsStep({ nic, rx: 8192 }), /takes rx of at most 4096/],
      [() => channelsStep({ nic, combined: 2 }), /the driver of lab0 has no channels: /],
      [() => privateFlagsStep({ nic, flags: { x: true } }), /has no private flags: /],
      [() => coalescingStep({ nic, adaptiveRx: true }), /no adaptive-rx among its/],
      [() => pauseStep({ nic, tx: true }), /negotiates .*: tx on would not hold/],
      [() => deviceDriverStep({ device, driver: "vfio-pci" }), /is in no IOMMU group/],
      [() => deviceDriverStep({ device, driver: "igb_uio" }), /the kernel has no driver igb_uio/],
    ] as const) {
      const expected = { state: "impossible", reason: expect.stringMatching(reason) };
      expect(await card.decisionOn(make())).toMatchObject(expected);
    }
    expect(await card.surroundings()).toBe(before);
  });

  test("the card of the SSH session stays with its driver", async () => {
    const management = await card.output("basename $(readlink -f /sys/class/net/mgmt0/device/..)");
    const step = deviceDriverStep({ device: management.trim(), driver });
    expect(await card.decisionOn(step)).toMatchObject({
      reason: "mgmt0 carries the default route or this SSH session",
    });
  });

  test("what its IOMMU lacks is told", async () => {
    const state = await readIommuState(card.host());
    expect(state).toEqual({ groups: 0, firmware: "none", kernelArguments: [] });
    expect(iommuAdvice(state)).toMatch(/^enable the IOMMU in the firmware/);
  });

  test("its link carries packets after all that", async () => {
    expect(await card.output("ping -c 2 -i 0.2 -W 5 10.77.0.2")).toContain(" 0% packet loss");
  });
});
