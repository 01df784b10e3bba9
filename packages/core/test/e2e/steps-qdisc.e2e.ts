import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Step } from "../../src/plan/step.js";
import { congestionControlStep } from "../../src/steps/congestion-control.js";
import { gsoMaxSizeStep } from "../../src/steps/link/gso-max-size.js";
import type { FlowRule } from "../../src/steps/nic/flow-rule.js";
import { flowSteeringStep } from "../../src/steps/nic/flow-steering.js";
import { qdiscStep } from "../../src/steps/nic/qdisc.js";
import { act, decideOn, runAll, stepContract } from "../../src/testing/step-contract.js";
import { nicCase, openNicHost } from "../support/nic-case.js";
import { addRuleCard } from "../support/rule-card.js";
import {
  busyboxDirectory,
  temporaryDirectory,
  type UserLand,
  userLands,
} from "../support/step-hosts.js";

const directories = new Map<string, Awaited<ReturnType<typeof temporaryDirectory>>>();
beforeAll(async () => {
  for (const userLand of userLands) directories.set(userLand, await temporaryDirectory());
  await busyboxDirectory(directories.get("busybox")?.path ?? "");
});
afterAll(async () => {
  for (const directory of directories.values()) await directory[Symbol.asyncDispose]();
});

const show =
  "tc qdisc show dev lab0; tc qdisc show dev many0; ip -d -o link show many0; cat /proc/sys/net/ipv4/tcp_congestion_control";

const rules: readonly FlowRule[] = [
  { flowType: "tcp4", srcPort: 10_000, dstPort: 10_000, action: { queue: 3 } },
  { flowType: "udp4", dstIp: "10.77.0.2", action: "drop" },
];

const at = (userLand: UserLand) => directories.get(userLand)?.path ?? "";

describe("iproute2", () => {
  for (const [name, step] of [
    ["a qdisc with options", qdiscStep({ nic: "lab0", kind: "pfifo", options: ["limit", "77"] })],
    ["a qdisc without", qdiscStep({ nic: "many0", kind: "pfifo_fast" })],
    ["mq with its leaves", qdiscStep({ nic: "many0", kind: "mq", leaf: "pfifo" })],
    ["GSO size", gsoMaxSizeStep({ nic: "many0", bytes: 9001 })],
  ] as const) {
    stepContract(name, () =>
      nicCase(at("debian"), { step, words: ["many0", "lab0", "pfifo", "9001", "reno"], show }),
    );
  }

  test("a qdisc that was configured comes back as it was", async () => {
    await using opened = await openNicHost(at("debian"));
    const { host } = opened;
    const tc = (...args: readonly string[]) => host.run({ argv: ["tc", "qdisc", ...args] });
    await tc("add", "dev", "lab0", "root", "handle", "12:", "bfifo", "limit", "9000");
    const before = (await tc("show", "dev", "lab0")).stdout;
    const step = qdiscStep({ nic: "lab0", kind: "pfifo_fast" });
    const { decision } = await decideOn({ ...opened, step, savedDirectory: "/nowhere" });
    await act(host, decision);
    expect((await tc("show", "dev", "lab0")).stdout).toContain("pfifo_fast");
    if (decision.state !== "needed") throw new Error("nothing was needed");
    await runAll(host, decision.undo);
    expect((await tc("show", "dev", "lab0")).stdout).toBe(before);
  });

  test("one with classes is left alone", async () => {
    await using opened = await openNicHost(at("debian"));
    await opened.host.run({ argv: ["tc", "qdisc", "add", "dev", "lab0", "root", "htb"] });
    const step = qdiscStep({ nic: "lab0", kind: "pfifo_fast" });
    expect(
      (await decideOn({ ...opened, step, savedDirectory: "/nowhere" })).decision,
    ).toMatchObject({
      state: "impossible",
      reason: expect.stringMatching(/lab0 has a qdisc htb \w+: that could not be set back/),
    });
  });
});

describe.each(userLands)("%s", (userLand) => {
  stepContract("congestion control", () => {
    const step = congestionControlStep({ algorithm: "reno" });
    return nicCase(at(userLand), {
      step,
      words: ["reno"],
      show: "cat /proc/sys/net/ipv4/tcp_*congestion_control",
    });
  });

  test.each<readonly [Step, RegExp]>([
    ...(userLand === "busybox"
      ? ([
          [qdiscStep({ nic: "lab0", kind: "pfifo_fast" }), /there is no tc of iproute2/],
          [gsoMaxSizeStep({ nic: "lab0", bytes: 9000 }), /ip does not tell gso_max_size/],
        ] as const)
      : []),
    [congestionControlStep({ algorithm: "nosuch" }), /has no congestion control nosuch, only/],
    [flowSteeringStep({ nic: "many0", rules }), /no steering rules: Cannot get RX rings/],
  ])("refuses before anything is changed %#", async (step, reason) => {
    await using opened = await openNicHost(at(userLand));
    const { decision } = await decideOn({ ...opened, step, savedDirectory: "/nowhere" });
    expect(decision).toMatchObject({
      state: "impossible",
      reason: expect.stringMatching(reason),
    });
  });
});

describe.each(userLands)("a card with steering rules and %s", (userLand) => {
  const directory = async () => {
    const place = await temporaryDirectory();
    if (userLand === "busybox") await busyboxDirectory(place.path);
    await mkdir(join(place.path, "rules"));
    await addRuleCard(place.path);
    return place;
  };

  stepContract("flow steering", async () => {
    const place = await directory();
    const step = flowSteeringStep({ nic: "lab0", rules, firstLocation: 9 });
    const one = await nicCase(place.path, {
      step,
      words: ["10000", "lab0"],
      show: "ethtool -u lab0",
    });
    return {
      ...one,
      [Symbol.asyncDispose]: async () => {
        await one[Symbol.asyncDispose]();
        await place[Symbol.asyncDispose]();
      },
    };
  });

  test("keeps other rules, and fails where the card refuses one", async () => {
    await using place = await directory();
    await using opened = await openNicHost(place.path);
    const { host } = opened;
    const decisionAt = async (firstLocation: number) => {
      const step = flowSteeringStep({ nic: "lab0", rules, firstLocation });
      return (await decideOn({ ...opened, step, savedDirectory: "/nowhere" })).decision;
    };
    const other = ["flow-type", "tcp4", "dst-port", "22", "action", "0", "loc", "10"];
    await runAll(host, [{ argv: ["ethtool", "-N", "lab0", ...other] }]);
    expect(await decisionAt(9)).toMatchObject({
      state: "impossible",
      reason: expect.stringContaining("another rule at 10, TCP over IPv4; Dest port: 22; Direct"),
      remedy: "give firstLocation: 0, where 2 are free",
    });
    const beyond = await decisionAt(15);
    await expect(act(host, beyond)).rejects.toThrow("rmgr: Cannot insert RX class rule");
    if (beyond.state !== "needed") throw new Error("nothing was needed");
    await runAll(host, beyond.undo);
    const left = await host.run({ argv: ["ethtool", "-u", "lab0"] });
    expect(left.stdout.match(/Filter: .*/g)).toEqual(["Filter: 10"]);
  });
});
