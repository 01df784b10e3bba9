import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isHoststackError } from "@hoststack/tools";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openTestbed, type TestbedFile, type TestbedSpec } from "../../src/index.js";
import { type NamespaceServers, openNamespaceServers } from "../support/namespace-servers.js";

const root = process.getuid?.() === 0;

let servers: NamespaceServers;
let place: string;
beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), "hoststack-test-"));
  if (root) servers = await openNamespaceServers();
});
afterAll(async () => {
  await servers?.[Symbol.asyncDispose]();
  await rm(place, { recursive: true, force: true });
});

type Ends = TestbedFile["links"][number]["ends"];

const ends: Ends = [
  { host: "client", nic: "lab0" },
  { host: "server", nic: "lab0" },
];

/** A testbed of the two namespaces, by their aliases. */
const pair = (
  more: Partial<TestbedFile> = {},
  aliases: Record<string, string> = {},
): TestbedFile => ({
  version: 1,
  hosts: Object.fromEntries(
    ["client", "server"].map((name) => [
      name,
      { ssh: { destination: aliases[name] ?? name, config: servers.config } },
    ]),
  ),
  links: [{ name: "data", ends }],
  evidence: "namespace",
  ...more,
});

const open = (
  testbed: TestbedFile,
  more: Omit<TestbedSpec & { kind: "ssh" }, "kind" | "testbed"> = {},
) => openTestbed({ kind: "ssh", testbed, ...more });

/** Process ids of the SSH servers of connections; only the other host has one that listens. */
const serversOn = async (host: "client"): Promise<string[]> => {
  const found = await servers.inside(host, "sh", "-c", "pgrep -x sshd || true");
  return found.split("\n").filter((pid) => pid !== "");
};

const failure = async (work: Promise<unknown>) => {
  const error: unknown = await work.then(
    () => new Error("it did not fail"),
    (cause: unknown) => cause,
  );
  if (!isHoststackError(error)) throw error;
  return error;
};

describe.skipIf(!root)("hosts over SSH from a testbed file", () => {
  test("are opened from YAML with what they really have", async () => {
    const path = await servers.put(
      "lab.yaml",
      `version: 1
hosts:
  client: { ssh: { destination: client, config: ./config } }
  server: { ssh: { destination: server, config: ./config, carrier: openssh } }
links:
  - name: data
    mtuBytes: 1500
    ends: [{ host: client, nic: lab0, addresses: [10.77.0.1] }, { host: server, nic: lab0 }]
evidence: namespace
`,
    );
    await using testbed = await openTestbed({ kind: "file", path });
    expect(testbed).toMatchObject({ kind: "ssh", evidence: "namespace" });
    expect(testbed.links).toEqual([
      {
        name: "data",
        mtuBytes: 1500,
        ends: [
          { host: "client", nic: "lab0", addresses: ["10.77.0.1"] },
          { host: "server", nic: "lab0", addresses: ["10.77.0.2"] },
        ],
      },
    ]);
    expect(testbed.provenance["testbedFile"]).toBe(path);
    // a real command, in the right namespace
    const addresses = await Promise.all(
      testbed.hosts.map((host) => host.run({ argv: ["ip", "-o", "addr", "show", "lab0"] })),
    );
    expect(addresses[0]?.stdout).toContain("10.77.0.1/");
    expect(addresses[1]?.stdout).toContain("10.77.0.2/");
  });

  test("of one kernel are one machine, and say what that takes away", async () => {
    const { evidence: _, ...silent } = pair();
    await using testbed = await open(silent);
    expect(testbed.evidence).toBe("namespace");
    const [client, server] = testbed.hosts;
    expect(client?.machine.id).toBe(server?.machine.id);
    expect(testbed.notices.join()).toContain("client and server of link data are one machine");
    expect([...testbed.capabilities]).toEqual(["root"]);
    const missing = testbed.missing.map(({ capability, hosts }) => `${capability} ${hosts}`);
    expect(missing).toEqual([
      "own-kernel client",
      "own-kernel server",
      "rdma client",
      "rdma server",
      "separate-machines client",
      "separate-machines server",
    ]);
    expect(testbed.missing[0]?.why).toBe("client is the machine hoststack runs on");
    expect(testbed.missing[2]).toMatchObject({
      why: expect.stringContaining("client has no RDMA device on lab0"),
      remedy: expect.stringContaining("rdma link add rxe0 type rxe netdev lab0"),
    });
  });

  test("an account without privileges is said to be one", async () => {
    await using testbed = await open(pair({}, { client: "plain-client" }));
    const [root] = testbed.missing.filter(({ capability }) => capability === "root");
    expect(root).toMatchObject({ hosts: ["client"], why: "commands on client run as plain" });
  });

  test("interfaces are found by their MAC address", async () => {
    const [macs] = await Promise.all([
      servers.inside("server", "cat", "/sys/class/net/lab0/address"),
    ]);
    const byMac: Ends = [
      ends[0] as Ends[number],
      { host: "server", mac: macs.trim().toUpperCase() },
    ];
    await using testbed = await open(pair({ links: [{ name: "data", ends: byMac }] }));
    expect(testbed.links[0].ends[1]).toMatchObject({ nic: "lab0", addresses: ["10.77.0.2"] });
  });

  test("hosts that cannot be reached are all named at once", async () => {
    const hosts = {
      ...pair().hosts,
      gone: { ssh: { destination: "127.0.0.1", config: await servers.put("none", "Port 1\n") } },
      lost: { ssh: { destination: "nowhere.invalid", config: join(place, "absent") } },
    };
    const error = await failure(open(pair({ hosts })));
    expect(error.code).toBe("HOST_UNREACHABLE");
    expect(error.message).toMatch(/^2 hosts are not usable\ngone: .+\nlost: .+/);
    expect(error.message).not.toContain("client:");
  });

  test("everything wrong with the links is told at once", async () => {
    const wrong: TestbedFile["links"] = [
      { name: "data", mtuBytes: 9000, ends },
      { name: "typo", ends: [{ host: "client", nic: "lab" }, ends[1] as Ends[number]] },
      {
        name: "other",
        ends: [ends[0] as Ends[number], { host: "server", nic: "lab0", addresses: ["10.77.0.9"] }],
      },
      {
        name: "none",
        ends: [{ host: "client", mac: "02:00:00:00:00:01" }, ends[1] as Ends[number]],
      },
    ];
    const error = await failure(open(pair({ links: wrong })));
    expect(error.code).toBe("LINK_UNUSABLE");
    expect(error.message.split("\n").slice(1)).toEqual([
      "data: client: lab0 has an MTU of 1500 bytes, the file says 9000; set it: ip link set lab0 mtu 9000",
      "data: server: lab0 has an MTU of 1500 bytes, the file says 9000; set it: ip link set lab0 mtu 9000",
      'typo: client: there is no interface lab; did you mean "lab0"? it has lab0',
      expect.stringMatching(
        /^other: server: lab0 has no address 10\.77\.0\.9; it has 10\.77\.0\.2; /,
      ),
      "none: client: there is no interface with MAC 02:00:00:00:00:01; it has lab0",
    ]);
  });

  test("an interface that is down is said to be down", async () => {
    await servers.inside("client", "ip", "link", "set", "lab0", "down");
    try {
      const error = await failure(open(pair()));
      expect(error.message).toContain("data: client: lab0 is down; bring it up");
      expect(error.message).toContain("data: server: lab0 has no carrier");
    } finally {
      await servers.inside("client", "ip", "link", "set", "lab0", "up");
    }
  });

  test("a lost connection fires lost; closing does not", async () => {
    await using testbed = await open(pair());
    const fired = new Promise((resolve) => testbed.lost.addEventListener("abort", resolve));
    const victims = await serversOn("client");
    expect(victims).not.toEqual([]);
    await servers.inside("client", "kill", "-9", ...victims);
    await fired;
    expect(testbed.lost.reason).toMatchObject({ code: "HOST_UNREACHABLE" });
    const second = await open(pair());
    await second[Symbol.asyncDispose]();
    expect(second.lost.aborted).toBe(false);
  });

  test("an interruption leaves no connection", async () => {
    const stop = new AbortController();
    const opening = openTestbed({ kind: "ssh", testbed: pair() }, { signal: stop.signal });
    setTimeout(() => stop.abort(), 30);
    expect((await failure(opening)).code).toBe("INTERRUPTED");
    await expect.poll(() => serversOn("client"), { timeout: 10_000 }).toEqual([]);
  });
});

test("a file with errors is refused before anything is connected", async () => {
  const error = await failure(openTestbed({ kind: "file", path: join(place, "none.yaml") }));
  expect(error.code).toBe("TESTBED_INVALID");
});
