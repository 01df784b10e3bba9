import { expect, test, vi } from "vitest";
import type { Host } from "../../src/host/host.js";
import type { Step } from "../../src/plan/step.js";
import { gsoMaxSizeStep } from "../../src/steps/link/gso-max-size.js";
import { linkMtuStep } from "../../src/steps/link/mtu.js";
import { channelsStep } from "../../src/steps/nic/channels.js";
import { offloadsStep } from "../../src/steps/nic/offloads.js";
import { qdiscStep } from "../../src/steps/nic/qdisc.js";
import { queueSteeringStep } from "../../src/steps/nic/queue-steering.js";
import { openProfileSwitch } from "../../src/steps/profile/profile-switch.js";
import { openNicHost } from "../support/nic-case.js";
import { temporaryDirectory } from "../support/step-hosts.js";

const show =
  "ethtool -k many0; ethtool -l many0; tc qdisc show dev many0; ip -d -o link show many0; cat /sys/class/net/many0/queues/rx-0/rps_cpus";

const nic = "many0";
const profiles = {
  long: [
    linkMtuStep({ nic, mtuBytes: 9000 }),
    channelsStep({ nic, rx: 2, tx: 2 }),
    queueSteeringStep({ nic, rps: { all: [1] }, queues: 2, after: `link:${nic}:channels` }),
    offloadsStep({ nic, tso: true, gro: true }),
  ],
  short: [
    linkMtuStep({ nic, mtuBytes: 9000 }),
    channelsStep({ nic, rx: 2, tx: 2 }),
    offloadsStep({ nic, tso: false, gso: false }),
    gsoMaxSizeStep({ nic, bytes: 9000 }),
    qdiscStep({ nic, kind: "pfifo_fast" }),
  ],
  impossible: [offloadsStep({ nic, lro: true })],
} satisfies Record<string, readonly Step[]>;

async function withSwitch(
  run: (at: {
    host: Host;
    state: () => Promise<string>;
    to: (name: keyof typeof profiles) => Promise<unknown>;
  }) => Promise<void>,
): Promise<void> {
  await using directory = await temporaryDirectory();
  vi.stubEnv("HOSTSTACK_STATE_DIRECTORY", `${directory.path}/state`);
  vi.stubEnv("XDG_STATE_HOME", `${directory.path}/controller`);
  await using opened = await openNicHost(`${directory.path}/none`);
  const { host } = opened;
  const state = async () =>
    (await host.run({ argv: ["sh", "-c", show] })).stdout.replaceAll(/<\S*>/g, "");
  const before = await state();
  {
    await using hosts = await openProfileSwitch([host], { purpose: "test" });
    await run({
      host,
      state,
      to: (name) => hosts.to({ name, targets: [{ host, steps: profiles[name] }] }),
    });
  }
  expect(await state()).toBe(before);
}

test("a switch does the difference only, and the end sets all back", async () => {
  await withSwitch(async ({ state, to }) => {
    // Checksums on: segmentation is on already.
    expect(await to("long")).toEqual({ applied: 4, undone: 0, kept: 0 });
    const inLong = await state();
    expect(inLong).toMatch(/mtu 9000/);
    expect(await to("long")).toEqual({ applied: 0, undone: 0, kept: 4 });
    expect(await to("short")).toEqual({ applied: 3, undone: 2, kept: 2 });
    const inShort = await state();
    expect(inShort).toMatch(/mtu 9000/);
    expect(inShort).toMatch(/gso_max_size 9000/);
    expect(inShort).toMatch(/tcp-segmentation-offload: off/);
    expect(inShort).toMatch(/generic-receive-offload: off/);
    await to("long");
    expect(await state()).toBe(inLong);
  });
});

test("an impossible profile leaves the one before in force", async () => {
  await withSwitch(async ({ state, to }) => {
    await to("short");
    const inShort = await state();
    await expect(to("impossible")).rejects.toMatchObject({ code: "PLAN_IMPOSSIBLE" });
    expect(await state()).toBe(inShort);
  });
});
