import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { Host } from "../../src/host/host.js";
import { openNetnsTestbed } from "../../src/testbed/netns/open-netns-testbed.js";
import type { HostNames } from "../../src/testbed/testbed.js";

const names: HostNames = ["client-1", "client-2", "server-1", "server-2"];
const interfaces = () => readFileSync("/proc/net/dev", "latin1").match(/^\s*\S+:/gm);

/** Sends once from one host to an address without fragments; fails where that does not arrive. */
const ping = (host: Host, address: string, bytes: number) =>
  host.run({
    argv: ["ping", "-q", "-c", "1", "-W", "2", "-M", "do", "-s", `${bytes}`, address],
  });

test("hosts on one switch have a link for each pair, on which whole packets pass both ways", async () => {
  const devices = interfaces();
  await using testbed = await openNetnsTestbed({ hosts: names, mtuBytes: 9000 });
  expect(testbed.roles).toEqual({
    client: ["client-1", "client-2"],
    server: ["server-1", "server-2"],
  });
  expect(testbed.provenance["link"]).toBe("bridge between network namespaces");
  const pairs = testbed.links.map(({ name, ends }) => `${name} ${ends[0].host}>${ends[1].host}`);
  expect(pairs).toEqual([
    "client-1-client-2 client-1>client-2",
    "client-1-server-1 client-1>server-1",
    "client-1-server-2 client-1>server-2",
    "client-2-server-1 client-2>server-1",
    "client-2-server-2 client-2>server-2",
    "server-1-server-2 server-1>server-2",
  ]);
  const host = new Map(testbed.hosts.map((one) => [one.name, one]));
  for (const { ends } of testbed.links) {
    for (const [own, peer] of [ends, ends.toReversed()]) {
      // headers of IP and ICMP fill the packet up to the MTU
      const { stdout } = await ping(
        host.get(own?.host ?? "") as Host,
        peer?.addresses[0] ?? "",
        8972,
      );
      expect(stdout).toContain(" 1 received");
    }
  }
  for (const one of testbed.hosts) {
    expect((await one.run({ argv: ["ls", "/sys/class/net"] })).stdout).toBe("lab0\nlo\n");
  }
  expect(interfaces()).toEqual(devices);
});

test("two flows to one host share its link to the switch, which learns where hosts are", async () => {
  await using testbed = await openNetnsTestbed({ hosts: ["a", "b", "c", "idle"] });
  const [a, b, c, idle] = testbed.hosts as [Host, Host, Host, Host];
  const rxPackets = async (host: Host) =>
    Number((await host.run({ argv: ["cat", "/sys/class/net/lab0/statistics/rx_packets"] })).stdout);
  await ping(a, "10.77.0.3", 1000);
  const before = await rxPackets(idle);
  const count = ["ping", "-q", "-c", "200", "-f", "-s", "1000", "10.77.0.3"] as const;
  const [fromA, fromB] = await Promise.all([a.run({ argv: count }), b.run({ argv: count })]);
  expect(fromA.stdout).toContain(" 200 received");
  expect(fromB.stdout).toContain(" 200 received");
  expect(await rxPackets(c)).toBeGreaterThanOrEqual(400);
  // nothing but a question for an address is for everybody
  expect((await rxPackets(idle)) - before).toBeLessThan(50);
});

test("as many hosts as a bridge is for, and one host too many", async () => {
  const sixteen = Array.from({ length: 16 }, (_, index) => `host-${index + 1}`);
  await using testbed = await openNetnsTestbed({ hosts: sixteen as unknown as HostNames });
  expect(testbed.links).toHaveLength(120);
  expect(testbed).not.toHaveProperty("roles");
  expect((await ping(testbed.hosts[15] as Host, "10.77.0.1", 56)).stdout).toContain(" 1 received");
  const more = [...sixteen, "more"] as unknown as HostNames;
  await expect(openNetnsTestbed({ hosts: more })).rejects.toMatchObject({
    code: "OPTIONS_INVALID",
    message: "a testbed here has 2 to 16 hosts, not 17",
  });
});

test.each<[string, Parameters<typeof openNetnsTestbed>[0], string]>([
  ["links side by side", { hosts: ["a", "b", "c"], links: 2 }, "join two hosts, not 3"],
  ["a name twice", { hosts: ["a", "b", "a"] }, 'two hosts are named "a"'],
  ["no name", { hosts: ["a", "../b"] }, '"../b" is no name of a host'],
])("%s is refused", async (_, options, words) => {
  await expect(openNetnsTestbed(options)).rejects.toMatchObject({
    code: "OPTIONS_INVALID",
    message: expect.stringContaining(words),
  });
});
