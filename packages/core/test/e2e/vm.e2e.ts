import { access, readdir } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Host } from "../../src/host/host.js";
import { openVmTestbed, type VmTestbed } from "../../src/testbed/vm/open-vm-testbed.js";
import { rdmaRecipe } from "./vm-recipe.js";

const buildMs = 300_000;
let testbed: VmTestbed;
let client: Host;
let server: Host;

beforeAll(async () => {
  testbed = await openVmTestbed({ recipe: rdmaRecipe, hosts: ["client", "server"] });
  [client, server] = testbed.hosts as [Host, Host];
}, buildMs);
afterAll(async () => {
  await testbed[Symbol.asyncDispose]();
});

test("two guests with kernels of their own answer, and say what they are", async () => {
  const names = await Promise.all(
    testbed.hosts.map(async (host) => (await host.run({ argv: ["hostname"] })).stdout.trim()),
  );
  expect(names).toEqual(["client", "server"]);
  expect(testbed.evidence).toBe("guest");
  expect([...testbed.capabilities]).toEqual(expect.arrayContaining(["own-kernel", "rdma"]));
  const { stdout } = await client.run({ argv: ["uname", "-r"] });
  expect(testbed.provenance).toMatchObject({ guestKernel: stdout.trim(), guestCpus: "2" });
  expect(testbed.notices.length).toBe(testbed.provenance["acceleration"] === "tcg" ? 1 : 0);
});

test("guests have the tools hosts are worked with, and no memory lock limit", async () => {
  const tools = ["cat", "dd", "env", "kill", "mkdir", "mv", "setsid", "stdbuf", "timeout"];
  const which = await client.run({ argv: ["which", ...tools] });
  expect(which.stdout.trim().split("\n")).toHaveLength(tools.length);
  const limit = await server.run({ argv: ["sh", "-c", "ulimit -l; echo $HOME $PATH"] });
  expect(limit.stdout).toMatch(/^unlimited\n\/root .*\/usr\/sbin/);
});

test("many commands run at once", async () => {
  const numbers = Array.from({ length: 12 }, (_, index) => `${index}`);
  const results = await Promise.all(
    numbers.map(async (number) => await client.run({ argv: ["echo", number] })),
  );
  expect(results.map(({ stdout }) => stdout.trim())).toEqual(numbers);
});

test("the data link carries jumbo packets at its own speed", async () => {
  const [link] = testbed.links;
  expect(link).toMatchObject({ mtuBytes: 9000, ends: [{ nic: "lab0" }, { nic: "lab0" }] });
  const peer = link.ends[1].addresses[0];
  await client.run({ argv: ["ping", "-c", "3", "-i", "0.2", "-M", "do", "-s", "8900", peer] });
  const speed = await client.run({ argv: ["cat", "/sys/class/net/lab0/speed"] });
  expect(speed.stdout.trim()).toBe("10000");
});

test("RDMA works between the guests", async () => {
  const links = await client.run({ argv: ["rdma", "-j", "link", "show"] });
  expect(JSON.parse(links.stdout)).toMatchObject([{ ifname: "rxe0", state: "ACTIVE" }]);
  const flags = ["-d", "rxe0", "-x", "1", "-F", "-u", "20", "-s", "65536", "-n", "100"] as const;
  await using listening = await server.start({ argv: ["ib_send_bw", ...flags] });
  listening.stdout.resume();
  listening.stderr.resume();
  await portOpen(server, 18515);
  const peer = testbed.links[0].ends[1].addresses[0];
  const { stdout } = await client.run({ argv: ["ib_send_bw", ...flags, peer] });
  const row = /^\s*65536\s+100\s+\S+\s+([\d.]+)/m.exec(stdout);
  expect(Number(row?.[1])).toBeGreaterThan(0);
  expect((await listening.exit).exitCode).toBe(0);
});

test("guest clocks keep time", async () => {
  const before = Date.now() / 1000;
  const { stdout } = await client.run({ argv: ["date", "+%s.%N"] });
  const after = Date.now() / 1000;
  expect(Number(stdout)).toBeGreaterThan(before - 0.5);
  expect(Number(stdout)).toBeLessThan(after + 0.5);
  expect(testbed.provenance["clockRate.client"]).toMatch(/^(0\.99|1\.00)/);
});

test("a guest that dies is lost with its last words, and everything is cleaned up", async () => {
  await client.run({ argv: ["sh", "-c", "echo the end is near >/dev/console"] });
  const lost = new Promise<Error>((resolve) => {
    testbed.lost.addEventListener("abort", () => resolve(testbed.lost.reason), { once: true });
  });
  const panic = client
    .run({ argv: ["sh", "-c", "echo c >/proc/sysrq-trigger"] })
    .catch((error: unknown) => error);
  await expect(lost).resolves.toMatchObject({
    code: "GUEST_FAILED",
    message: expect.stringMatching(/^guest client: QEMU ended.*the end is near.*Kernel panic/s),
  });
  await expect(panic).resolves.toMatchObject({ code: "HOST_UNREACHABLE" });
  await testbed[Symbol.asyncDispose]();
  for (const pid of testbed.qemuPids) {
    expect((await readdir("/proc")).includes(`${pid}`)).toBe(false);
  }
  await expect(access(testbed.directory)).rejects.toThrow("ENOENT");
});

async function portOpen(host: Host, port: number): Promise<void> {
  for (let attempt = 0; attempt < 50; attempt++) {
    const { stdout } = await host.run({ argv: ["ss", "-Hltn", "sport", "=", `:${port}`] });
    if (stdout !== "") return;
    await delay(100);
  }
  throw new Error(`nothing listens on port ${port}`);
}
