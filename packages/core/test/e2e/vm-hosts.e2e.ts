import { readdir } from "node:fs/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Host } from "../../src/host/host.js";
import { openVmTestbed, type VmTestbed } from "../../src/testbed/vm/open-vm-testbed.js";
import { rdmaRecipe } from "./vm-recipe.js";

const buildMs = 300_000;
// of the same image and hardware as the guests of other tests, so that it goes on from the same snapshot
const recipe = { ...rdmaRecipe, bringUp: [], capabilities: [] };
let testbed: VmTestbed;
const progress: string[] = [];

beforeAll(async () => {
  testbed = await openVmTestbed({
    ...{ recipe, hosts: ["client-1", "client-2", "server-1"] },
    progress: ({ text }) => progress.push(text),
  });
}, buildMs);
afterAll(async () => {
  await testbed[Symbol.asyncDispose]();
});

test("three guests have a link for each pair, on which jumbo packets pass both ways", async () => {
  expect(testbed.roles).toEqual({ client: ["client-1", "client-2"], server: ["server-1"] });
  expect(testbed.links.map(({ name }) => name)).toEqual([
    "data-client-1-client-2",
    "data-client-1-server-1",
    "data-client-2-server-1",
  ]);
  expect(testbed.provenance["link"]).toMatch(/^hub/);
  const host = new Map(testbed.hosts.map((one) => [one.name, one]));
  const pings = testbed.links.flatMap(({ ends: [one, other] }) =>
    [[one, other] as const, [other, one] as const].map(async ([own, { addresses }]) => {
      const size = ["-M", "do", "-s", "8972"] as const;
      const argv = ["ping", "-q", "-c", "2", "-W", "5", ...size, addresses[0]] as const;
      const { stdout } = await (host.get(own.host) as Host).run({ argv });
      return stdout;
    }),
  );
  for (const stdout of await Promise.all(pings)) expect(stdout).toContain(" 2 received");
});

test("each is a guest of its own, also where all go on from one snapshot", async () => {
  const told = await Promise.all(
    testbed.hosts.map(async (host) => {
      const argv = ["sh", "-c", "hostname; cat /sys/class/net/lab0/address"] as const;
      return (await host.run({ argv })).stdout.trim().split("\n");
    }),
  );
  expect(told).toEqual([
    ["client-1", "52:54:00:bb:00:01"],
    ["client-2", "52:54:00:bb:00:02"],
    ["server-1", "52:54:00:bb:00:03"],
  ]);
  const resumed = progress.filter((text) => text.startsWith("resuming"));
  const began = testbed.provenance["guestStart"] === "from snapshot" ? 3 : 0;
  expect(resumed).toHaveLength(began);
});

test("a hub that dies is the end of the testbed, and everything is cleaned up", async () => {
  const lost = new Promise<Error>((resolve) => {
    testbed.lost.addEventListener("abort", () => resolve(testbed.lost.reason), { once: true });
  });
  process.kill(testbed.hubPid ?? 0, "SIGKILL");
  await expect(lost).resolves.toMatchObject({
    code: "GUEST_FAILED",
    message: expect.stringMatching(/^the guests' hub: QEMU ended \(SIGKILL\)/),
  });
  await testbed[Symbol.asyncDispose]();
  const left = await readdir("/proc");
  for (const pid of [...testbed.qemuPids, testbed.hubPid]) expect(left).not.toContain(`${pid}`);
});

test("more guests than one computer is for are refused before anything is built", async () => {
  const names = Array.from({ length: 9 }, (_, index) => `host-${index + 1}`);
  const [first = "", second = "", ...others] = names;
  await expect(openVmTestbed({ recipe, hosts: [first, second, ...others] })).rejects.toMatchObject({
    code: "OPTIONS_INVALID",
    message: "a testbed here has 2 to 8 hosts, not 9",
  });
});
