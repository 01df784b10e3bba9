import { describe, expect, test } from "vitest";
import { channelsStep } from "../../src/steps/nic/channels.js";
import { flowHashStep } from "../../src/steps/nic/flow-hash.js";
import { irqAffinityStep } from "../../src/steps/nic/irq-affinity.js";
import { offloadsStep } from "../../src/steps/nic/offloads.js";
import { queueSteeringStep } from "../../src/steps/nic/queue-steering.js";
import { ringsStep } from "../../src/steps/nic/rings.js";
import { rssStep } from "../../src/steps/nic/rss.js";
import { stepContract } from "../../src/testing/step-contract.js";
import { cardGuest } from "../support/card-guest.js";

const nic = "lab0";

describe("a vmxnet3 of a guest, with two queues", () => {
  const card = cardGuest("vmxnet3");

  for (const [name, step] of [
    ["weights of its queues", rssStep({ nic, weights: [1, 3] })],
    ["one of its queues for all flows", rssStep({ nic, equal: 1, start: 1 })],
    ["large receive offload", offloadsStep({ nic, lro: false, rxhash: false })],
    ["rings of three kinds", ringsStep({ nic, rx: 512, rxJumbo: 256, tx: 256 })],
    [
      "XPS and RPS by queue",
      queueSteeringStep({ nic, rps: { each: [1, 0] }, xps: { each: [1, 0] } }),
    ],
    ["interrupts of both queues", irqAffinityStep({ nic, cpus: [1] })],
  ] as const) {
    stepContract(name, () => card.caseOf(step));
  }

  test.each([
    [rssStep({ nic, equal: 3 }), /lab0 has 2 receive queues, not 3/],
    [rssStep({ nic, hashKey: "6d:5a" }), /shows no hash key of RSS/],
    [flowHashStep({ nic, fields: { udp4: "sd" } }), /lab0 .*Operation not supported/],
    [channelsStep({ nic, combined: 4 }), /takes combined of at most 2, not 4/],
  ])("refuses before anything is changed %#", async (step, reason) => {
    expect(await card.decisionOn(step)).toMatchObject({
      state: "impossible",
      reason: expect.stringMatching(reason),
    });
  });
});

describe("a virtio card with RSS of a guest", () => {
  const card = cardGuest("virtio-net-rss");
  const hashKey = Array.from({ length: 40 }, (_, at) => (at + 16).toString(16)).join(":");

  for (const [name, step] of [
    ["the key of its hash", rssStep({ nic, hashKey })],
    ["fields of its hash", flowHashStep({ nic, fields: { udp4: "sd", tcp6: "sd" } })],
  ] as const) {
    stepContract(name, () => card.caseOf(step));
  }

  test.each([
    [rssStep({ nic, weights: [1, 3] }), /lab0 has 1 receive queues, not 2/],
    [rssStep({ nic, hashKey: "6d:5a" }), /the hash key of lab0 has 40 bytes, not 2/],
  ])("refuses before anything is changed %#", async (step, reason) => {
    expect(await card.decisionOn(step)).toMatchObject({
      state: "impossible",
      reason: expect.stringMatching(reason),
    });
  });
});
