import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Step } from "../../src/plan/step.js";
import { channelsStep } from "../../src/steps/nic/channels.js";
import { coalescingStep } from "../../src/steps/nic/coalescing.js";
import { offloadsStep } from "../../src/steps/nic/offloads.js";
import { pauseStep } from "../../src/steps/nic/pause.js";
import { privateFlagsStep } from "../../src/steps/nic/private-flags.js";
import { ringsStep } from "../../src/steps/nic/rings.js";
import { act, decideOn, runAll, stepContract } from "../../src/testing/step-contract.js";
import { nicCase, openNicHost } from "../support/nic-case.js";
import { busyboxDirectory, temporaryDirectory, userLands } from "../support/step-hosts.js";

const directories = new Map<string, Awaited<ReturnType<typeof temporaryDirectory>>>();
beforeAll(async () => {
  for (const userLand of userLands) directories.set(userLand, await temporaryDirectory());
  await busyboxDirectory(directories.get("busybox")?.path ?? "");
});
afterAll(async () => {
  for (const directory of directories.values()) await directory[Symbol.asyncDispose]();
});

const show = "ethtool -k lab0; ethtool -l many0; ethtool -c tap0; ip -o link show lab0";

async function decisionOn(directory: string, step: Step) {
  await using opened = await openNicHost(directory);
  return (await decideOn({ ...opened, step, savedDirectory: "/nowhere" })).decision;
}

describe.each(userLands)("%s", (userLand) => {
  const at = () => directories.get(userLand)?.path ?? "";
  const nic = "lab0";
  for (const [name, step, words] of [
    ["one offload", offloadsStep({ nic, gro: true }), ["lab0", "gro"]],
    ["offloads that others need", offloadsStep({ nic, tx: false }), ["lab0", "tx-checksum"]],
    ["scatter-gather, which most need", offloadsStep({ nic, sg: false }), ["lab0", "scatter"]],
    [
      "many offloads",
      offloadsStep({ nic, tx: false, tso: false, gso: false, gro: true, rxvlan: false }),
      ["lab0", "tcp-seg"],
    ],
    [
      "a feature by its own name",
      offloadsStep({ nic, features: { "rx-udp-gro-forwarding": true } }),
      ["forwarding"],
    ],
    ["channels", channelsStep({ nic: "many0", rx: 2, tx: 3 }), ["many0"]],
    ["coalescing", coalescingStep({ nic: "tap0", rxFrames: 17 }), ["tap0", "17", "rx-frames"]],
  ] as const) {
    stepContract(name, () => nicCase(at(), { step, words, show }));
  }

  test.each([
    [
      offloadsStep({ nic, lro: true }),
      /cannot switch lro on: .*large-receive-offload off \[fixed\]/,
    ],
    [offloadsStep({ nic, ntuple: true }), /ntuple-filters off \[fixed\]/],
    [offloadsStep({ nic: "lo", tx: false }), /holds tx-checksum-ip-generic, .* on \[fixed\]/],
    [offloadsStep({ nic, tx: false, tso: true }), /would not keep tso on: it needs tx/],
    [offloadsStep({ nic, features: { "no-such": true } }), /has no offload no-such/],
    [ringsStep({ nic, rx: 1024 }), /the driver of lab0 has no ring sizes: Operation not supp/],
    [channelsStep({ nic: "many0", rx: 5 }), /many0 takes rx of at most 4, not 5/],
    [channelsStep({ nic: "many0", combined: 2 }), /has no combined among its channels/],
    [coalescingStep({ nic, rxUsecs: 6 }), /the driver of lab0 has no interrupt coalescing: /],
    [coalescingStep({ nic: "tap0", adaptiveRx: false, rxUsecs: 6 }), /no adaptive-rx, rx-usecs/],
    [pauseStep({ nic, rx: false }), /the driver of lab0 has no pause frames: /],
    [privateFlagsStep({ nic, flags: { "legacy-rx": true } }), /has no private flags: /],
    [ringsStep({ nic: "none0", rx: 1 }), /there is no NIC none0/],
  ])("refuses before anything is changed %#", async (step, reason) => {
    expect(await decisionOn(at(), step)).toMatchObject({
      state: "impossible",
      reason: expect.stringMatching(reason),
    });
  });

  test("what was asked of the kernel and not given comes back as well", async () => {
    await using opened = await openNicHost(at());
    const { host } = opened;
    // Segmentation is wanted but held off by checksums: "off [requested on]".
    await host.run({ argv: ["ethtool", "-K", "lab0", "tx-checksum-ip-generic", "off"] });
    const listing = async () => (await host.run({ argv: ["ethtool", "-k", "lab0"] })).stdout;
    const before = await listing();
    expect(before).toContain("tx-tcp-segmentation: off [requested on]");
    const step = offloadsStep({ nic: "lab0", tx: true, tso: false });
    const { decision } = await decideOn({ ...opened, step, savedDirectory: "/nowhere" });
    await act(host, decision);
    expect(await listing()).toMatch(/tx-tcp-segmentation: off\n/);
    if (decision.state !== "needed") throw new Error("nothing was needed");
    await runAll(host, decision.undo);
    expect(await listing()).toBe(before);
  });

  test("tells what goes off with what is switched off", async () => {
    const decision = await decisionOn(at(), offloadsStep({ nic: "lab0", tx: false }));
    expect(decision).toMatchObject({
      diff: expect.stringContaining("tx-tcp-segmentation -> off as well, by the kernel"),
    });
  });

  test("keeps away from the NIC of the default route", async () => {
    await using opened = await openNicHost(at());
    await opened.host.run({ argv: ["ip", "route", "add", "default", "dev", "lab0"] });
    const step = offloadsStep({ nic: "lab0", gro: true });
    expect(
      (await decideOn({ ...opened, step, savedDirectory: "/nowhere" })).decision,
    ).toMatchObject({
      state: "impossible",
      reason: expect.stringContaining("carries the default route"),
    });
  });
});
