import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Host } from "../../src/host/host.js";
import type { Step } from "../../src/plan/step.js";
import { linkAddressStep } from "../../src/steps/link/address.js";
import { linkMtuStep } from "../../src/steps/link/mtu.js";
import { linkUpStep } from "../../src/steps/link/up.js";
import { linkSteps } from "../../src/steps/link.js";
import { moduleStep } from "../../src/steps/module.js";
import { sysctlStep } from "../../src/steps/sysctl.js";
import { openNetnsTestbed } from "../../src/testbed/netns/open-netns-testbed.js";
import type { Testbed } from "../../src/testbed/testbed.js";
import { act, decideOn, type StepCase, stepContract } from "../../src/testing/step-contract.js";
import {
  busyboxDirectory,
  openMachine,
  temporaryDirectory,
  type UserLand,
  userLands,
  withPath,
} from "../support/step-hosts.js";

const pair = { nic: "lab0", mtuBytes: 1500 };
let bin: Awaited<ReturnType<typeof temporaryDirectory>>;
let empty: Awaited<ReturnType<typeof temporaryDirectory>>;
beforeAll(async () => {
  [bin, empty] = await Promise.all([temporaryDirectory(), temporaryDirectory()]);
  await busyboxDirectory(bin.path);
});
afterAll(async () => {
  await bin[Symbol.asyncDispose]();
  await empty[Symbol.asyncDispose]();
});

/** One host of a namespace pair of its own. */
async function inNamespace(
  userLand: UserLand,
): Promise<{ host: Host; testbed: Testbed; [Symbol.asyncDispose]: () => Promise<void> }> {
  const testbed = await openNetnsTestbed();
  const [first] = testbed.hosts;
  if (first === undefined) throw new Error("no host");
  const host = openMachine(
    withPath(first.transport, userLand === "busybox" ? bin.path : empty.path),
  );
  return { host, testbed, [Symbol.asyncDispose]: async () => await testbed[Symbol.asyncDispose]() };
}

/** The kernel gives link-local addresses as it likes. */
const addresses = "ip -o addr show scope global; ip -o link show; cat /proc/sys/net/ipv4/tcp_rmem";

async function caseOf(userLand: UserLand, step: Step, words: readonly string[]): Promise<StepCase> {
  const opened = await inNamespace(userLand);
  const show = { argv: ["sh", "-c", addresses] } as const;
  return {
    ...opened,
    step,
    words,
    savedDirectory: "/nowhere",
    surroundings: async () =>
      (await opened.host.run(show)).stdout.replaceAll(/<\S*>|(qdisc|valid_lft).*/g, ""),
  };
}

describe.each(userLands)("%s", (userLand) => {
  for (const [name, step] of [
    ["sysctl of one number", sysctlStep({ key: "net.ipv4.ip_forward", value: 1, scope: "netns" })],
    [
      "sysctl of words",
      sysctlStep({ key: "net.ipv4.tcp_rmem", value: "4096 65536\t 9000000", scope: "netns" }),
    ],
    [
      "sysctl of a NIC",
      sysctlStep({ key: "net/ipv4/conf/lab0/rp_filter", value: 2, scope: "netns" }),
    ],
    ["MTU", linkMtuStep({ nic: "lab0", mtuBytes: 9000 })],
    ["link down", linkUpStep({ nic: "lab0", up: false })],
    ["IPv4 address", linkAddressStep({ nic: "lab0", address: "10.9.8.7/31" })],
    ["IPv6 address", linkAddressStep({ nic: "lab0", address: "FD00:0:0::00a1/64" })],
  ] as const) {
    stepContract(name, () => caseOf(userLand, step, ["tcp_rmem", "lab0", "10.9.8.7", "9000"]));
  }

  test("says what the kernel makes of a value it does not keep", async () => {
    await using one = await inNamespace(userLand);
    const step = sysctlStep({ key: "net.ipv4.tcp_rmem", value: "4096 x 3", scope: "netns" });
    const at = { ...one, step, savedDirectory: "/nowhere" };
    await expect(decideOn(at).then(({ decision }) => act(one.host, decision))).rejects.toThrow(
      "the kernel refuses '4096 x 3' for /proc/sys/net/ipv4/tcp_rmem",
    );
    const kept = sysctlStep({
      key: "net.ipv4.conf.lab0.tag",
      value: "0x10",
      scope: "netns",
    });
    await expect(
      decideOn({ ...at, step: kept }).then(({ decision }) => act(one.host, decision)),
    ).rejects.toThrow("the kernel made '16' of '0x10'");
  });

  test.each([
    [sysctlStep({ key: "net.ipv4.no_such_thing", value: 1 }), /has no setting/],
    [sysctlStep({ key: "net.ipv4.route.flush", value: 1 }), /cannot be read/],
    [
      sysctlStep({ key: "net.ipv4.tcp_available_congestion_control", value: "bbr" }),
      /read-only here/,
    ],
    [linkMtuStep({ nic: "none0", mtuBytes: 9000 }), /there is no NIC none0/],
    [linkAddressStep({ nic: "lo", address: "10.77.0.1/32" }), /lab0 has the address 10.77.0.1\/24/],
    [moduleStep({ name: "no-such-module" }), /no-such-module is not there|has no modprobe/],
    [moduleStep({ name: "x", path: "/none/x.ko" }), /there is no file \/none\/x.ko/],
  ])("refuses %#", async (step, reason) => {
    await using one = await inNamespace(userLand);
    expect((await decideOn({ ...one, step, savedDirectory: "/nowhere" })).decision).toMatchObject({
      state: "impossible",
      reason: expect.stringMatching(reason),
    });
  });

  test("keeps away from the NIC of the default route and what it is on top of", async () => {
    await using one = await inNamespace(userLand);
    const [host] = one.testbed.hosts;
    const ip = (...args: readonly string[]) => host?.run({ argv: ["ip", ...args] });
    const mtu = linkSteps({ ...pair, mtuBytes: 1400 })[0] as Step;
    const decide = async () =>
      (await decideOn({ ...one, step: mtu, savedDirectory: "/nowhere" })).decision;
    await ip("link", "add", "lab1", "type", "veth", "peer", "name", "lab2");
    await ip("link", "add", "bridge0", "type", "bridge");
    await ip("link", "set", "lab0", "master", "bridge0");
    expect(await decide()).toMatchObject({ state: "needed" });
    await ip("link", "set", "bridge0", "up");
    await ip("addr", "add", "192.0.2.1/24", "dev", "bridge0");
    await ip("route", "add", "default", "via", "192.0.2.2");
    expect(await decide()).toMatchObject({
      reason: expect.stringContaining("through bridge0 on top of it"),
    });
    await ip("route", "delete", "default");
    await ip("-6", "route", "add", "default", "dev", "bridge0", "table", "77");
    expect(await decide()).toMatchObject({ state: "impossible" });
  });

  test("keeps away from the NIC of the SSH session, also under sudo", async () => {
    await using one = await inNamespace(userLand);
    const step = linkUpStep({ nic: "lab0", up: false });
    const transport = one.host.transport;
    const session = openMachine({
      kind: transport.kind,
      start: ({ argv, ...command }, options) => {
        const lost = ["sh", "-c", 'env -u SSH_CONNECTION "$@"; exit "$?"', "sh", ...argv] as const;
        const env = { ...command.env, SSH_CONNECTION: "10.77.0.2 50000 10.77.0.1 22" };
        return transport.start({ ...command, argv: lost, env }, options);
      },
      [Symbol.asyncDispose]: () => Promise.resolve(),
    });
    const at = { host: session, step, savedDirectory: "/nowhere" };
    expect((await decideOn(at)).decision).toMatchObject({
      state: "impossible",
      reason: "lab0 carries the default route or this SSH session",
      remedy: expect.stringContaining("choose the data NIC"),
    });
    expect((await decideOn({ ...at, host: one.host })).decision).toMatchObject({ state: "needed" });
  });
});
