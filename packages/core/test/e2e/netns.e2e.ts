import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { rm } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import type { Host } from "../../src/host/host.js";
import { openNetnsTestbed } from "../../src/testbed/netns/open-netns-testbed.js";
import { bundledScript } from "./vm-bundled-script.js";

/** Network namespaces of all processes, but the one everything else is in. */
function namespaces(): string[] {
  const all = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  const links = all.map((pid) => {
    try {
      return readlinkSync(`/proc/${pid}/ns/net`);
    } catch {
      return "";
    }
  });
  return [...new Set(links)].filter((link) => link !== "");
}

/** Waits until no namespace is left that was not there before. */
async function leftOver(before: readonly string[]): Promise<readonly string[]> {
  let left: string[] = [];
  for (let tries = 0; tries < 100; tries++) {
    left = namespaces().filter((link) => !before.includes(link));
    if (left.length === 0) return left;
    await sleep(10);
  }
  return left;
}

const interfaces = () => readFileSync("/proc/net/dev", "latin1").match(/^\s*\S+:/gm);

test("two hosts of one machine reach each other over the link", async () => {
  await using testbed = await openNetnsTestbed({ hosts: ["left", "right"], mtuBytes: 9000 });
  const [left, right] = testbed.hosts;
  const [link] = testbed.links;
  expect(left?.machine.id).toBe(right?.machine.id);
  expect(testbed).toMatchObject({ kind: "netns", evidence: "namespace" });
  const nic = await left?.run({ argv: ["ip", "-oneline", "link", "show", link.ends[0].nic] });
  expect(nic?.stdout).toMatch(/mtu 9000/);
  const [, end] = link.ends;
  const neighbour = await left?.run({
    argv: [
      "bash",
      "-c",
      '(exec 3<>"/dev/tcp/$1/9") 2>/dev/null; ip neighbour show "$1"',
      "bash",
      end.addresses[0],
    ],
  });
  expect(neighbour?.stdout).toMatch(/lladdr .* (REACHABLE|DELAY)/);
  for (const host of testbed.hosts) {
    const names = await host.run({ argv: ["ls", "/sys/class/net"] });
    expect(names.stdout).toBe("lab0\nlo\n");
    expect((await host.run({ argv: ["ip", "-brief", "link", "show", "lo"] })).stdout).toMatch(/UP/);
  }
});

test("as many links as are asked for, each with a network of its own", async () => {
  await using testbed = await openNetnsTestbed({ links: 3 });
  const [client] = testbed.hosts;
  expect(testbed.links.map(({ name, ends: [own] }) => `${name} ${own.nic}`)).toEqual([
    "client-server lab0",
    "client-server-1 lab1",
    "client-server-2 lab2",
  ]);
  for (const { ends } of testbed.links) {
    const [{ nic }, { addresses }] = ends;
    const argv = ["ping", "-q", "-c", "1", "-W", "2", "-I", nic, addresses[0]] as const;
    expect((await client?.run({ argv }))?.stdout).toContain(" 1 received");
  }
  await expect(openNetnsTestbed({ links: 0 })).rejects.toMatchObject({ code: "OPTIONS_INVALID" });
});

test("disposing leaves no process, namespace or interface", async () => {
  const before = namespaces();
  const devices = interfaces();
  const testbed = await openNetnsTestbed();
  const running = [];
  for (const host of testbed.hosts) running.push(await host.start({ argv: ["sleep", "100"] }));
  // A process that leaves every group is still in the host's process namespace.
  await testbed.hosts[0]?.run({ argv: ["sh", "-c", "setsid sleep 100 >/dev/null 2>&1 & true"] });
  await testbed[Symbol.asyncDispose]();
  for (const process of running) expect((await process.exit).signal).toBe("SIGKILL");
  expect(await leftOver(before)).toEqual([]);
  expect(interfaces()).toEqual(devices);
  expect(testbed.lost.aborted).toBe(false);
});

test("stopping at any moment leaves nothing", async () => {
  const before = namespaces();
  for (let ms = 0; ms < 60; ms += 4) {
    const signal = ms === 0 ? AbortSignal.abort() : AbortSignal.timeout(ms);
    const opening = openNetnsTestbed({ signal }).then((testbed) => testbed[Symbol.asyncDispose]());
    await opening.catch((error: unknown) => expect(error).toMatchObject({ code: "INTERRUPTED" }));
  }
  expect(await leftOver(before)).toEqual([]);
});

test("says when a host is gone", async () => {
  await using testbed = await openNetnsTestbed();
  const lost = once(testbed.lost, "abort");
  // Its first process cannot be killed from inside; the machine can.
  const pid = await firstProcessOf(testbed.hosts[0]);
  process.kill(pid, "SIGKILL");
  await lost;
});

/** The first process of a host, as the machine sees it. */
async function firstProcessOf(host: Host | undefined): Promise<number> {
  const inside = (await host?.run({ argv: ["readlink", "/proc/1/ns/pid"] }))?.stdout.trim();
  const pid = readdirSync("/proc").find((name) => {
    try {
      return (
        readlinkSync(`/proc/${name}/ns/pid`) === inside &&
        /^NSpid:.*\t1$/m.test(readFileSync(`/proc/${name}/status`, "latin1"))
      );
    } catch {
      return false;
    }
  });
  return Number(pid);
}

const ownerText = `
import { openNetnsTestbed } from "#core/testbed/netns/open-netns-testbed.ts";
const names = process.argv.slice(2);
const { hosts } = await openNetnsTestbed(names.length === 0 ? {} : { hosts: names });
for (const host of hosts) {
  const running = await host.start({ argv: ["sh", "-c", "setsid sleep 100 & echo up; wait"] });
  await new Promise((resolve) => running.stdout.once("data", resolve));
}
process.stdout.write("ready\\n");
setInterval(() => {}, 1000);
`;

const nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
test.each([
  ["as the same user", [], []],
  ["without root", nobody, []],
  ["of more hosts", [], ["a", "b", "c", "d"]],
  ["of more hosts without root", nobody, ["a", "b", "c"]],
])("the kernel ends everything when its owner is killed, %s", async (_, prefix, hosts) => {
  if (prefix.length > 0 && process.getuid?.() !== 0) return;
  const before = namespaces();
  const script = await bundledScript("netns-owner", ownerText);
  const argv = [...prefix, process.execPath, script, ...hosts];
  const child = spawn(argv[0] ?? "", argv.slice(1), { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = await Promise.race([once(child.stdout, "data"), once(child, "exit")]);
  expect(String(line)).toBe("ready\n");
  const made = namespaces().filter((link) => !before.includes(link));
  child.kill("SIGKILL");
  expect(made.length).toBeGreaterThanOrEqual(Math.max(2, hosts.length));
  await once(child, "exit");
  expect(await leftOver(before)).toEqual([]);
  await rm(script);
});
