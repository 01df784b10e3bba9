import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defineParser } from "@hoststack/tools";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { z } from "zod";
import { recordedTerminal } from "../../src/cli/recorded-terminal.js";
import { runCli } from "../../src/cli/run-cli.js";
import { defineProfile, defineSystem, type Fact } from "../../src/index.js";
import { type NamespaceServers, openNamespaceServers } from "../support/namespace-servers.js";
import { addRuleCard } from "../support/rule-card.js";

const cpus: Fact<number> = {
  name: "cpus",
  argv: ["nproc"],
  parser: defineParser({
    ...{ name: "cpus", version: 1, schema: z.number() },
    reader: () => {
      let count = 0;
      return {
        line: (text) => {
          count = Number(text) || count;
        },
        end: () => count,
      };
    },
  }),
};

const rules = (ports: readonly number[], key: "srcPort" | "dstPort") =>
  ports.map((port) => ({ flowType: "tcp4", [key]: port, action: { queue: 0 } }));

const system = defineSystem({
  ...{ name: "lab", version: "1.0.0", summary: "a lab", experiments: {}, suites: {} },
  profiles: {
    spread: defineProfile({
      summary: "flows over all queues",
      facts: { cpus },
      steps: ({ nics: [nic], role, facts }) => [
        { step: "mtu", options: { nic, mtuBytes: 9000 } },
        {
          step: "sysctl",
          options: { key: "net.ipv4.tcp_max_reordering", value: 1000 + facts.cpus, scope: "netns" },
        },
        {
          step: "flow-steering",
          options: { nic, rules: rules([1, 2, 3], role === "client" ? "srcPort" : "dstPort") },
        },
      ],
    }),
    packed: defineProfile({
      summary: "all flows to one queue",
      steps: ({ nics: [nic] }) => [
        { step: "mtu", options: { nic, mtuBytes: 9000 } },
        { step: "flow-steering", options: { nic, rules: rules([2, 9], "dstPort") } },
      ],
    }),
    merging: defineProfile({
      summary: "packets merged by the NIC",
      steps: ({ nics: [nic] }) => [
        { step: "mtu", options: { nic, mtuBytes: 1400 } },
        { step: "offloads", options: { nic, lro: true } },
      ],
    }),
  },
  guest: () => {
    throw new Error("not of this test");
  },
});

/** Its names say nothing of roles. */
const testbedFile = `version: 1
hosts:
  left: { ssh: { destination: client, config: ./config } }
  right: { ssh: { destination: server, config: ./config } }
links:
  - { name: wire, ends: [{ host: left, nic: lab0 }, { host: right, nic: lab0 }] }
evidence: namespace
roles: { client: right, server: left }
`;

/** Arguments: a directory with a program that keeps steering rules, which takes the place of ethtool for them. */
const useRuleCard = `
real=$(command -v ethtool) && mv "$real" "$real.real" && cat >"$real" <<END && chmod 755 "$real"
#!/bin/sh
case \\$1 in -u|-N) exec $1/ethtool "\\$@";; esac
exec $real.real "\\$@"
END
`;

const show = "ip -o link show lab0; ethtool -u lab0; cat /proc/sys/net/ipv4/tcp_max_reordering";

describe.skipIf(process.getuid?.() !== 0)("profiles of a system on hosts over SSH", () => {
  let servers: NamespaceServers;
  let place: string;
  let path: string;
  beforeAll(async () => {
    place = await mkdtemp(join(tmpdir(), "hoststack-test-"));
    servers = await openNamespaceServers({ forgetful: true });
    path = await servers.put("lab.yaml", testbedFile);
    for (const host of ["client", "server"] as const) {
      const card = join(place, host);
      await servers.inside(host, "mkdir", "-p", join(card, "rules"));
      await addRuleCard(card);
      await servers.inside(host, "sh", "-c", useRuleCard, "sh", card);
    }
  });
  afterAll(async () => {
    await servers?.[Symbol.asyncDispose]();
    await rm(place, { recursive: true, force: true });
  });

  const call = async (...argv: string[]) => {
    vi.stubEnv("XDG_STATE_HOME", place);
    const terminal = recordedTerminal();
    const code = await runCli(system, ["tune", ...argv, "--testbed", path], terminal);
    return { code, out: terminal.out.text(), err: terminal.err.text() };
  };
  const stateOf = async (host: "client" | "server") =>
    (await servers.inside(host, "sh", "-c", show)).replaceAll(/<\S*>/g, "");
  const states = async () => [await stateOf("client"), await stateOf("server")];

  test("are applied by name, switched by the difference, and restored", async () => {
    const before = await states();
    const shown = await call("apply", "spread");
    expect(shown.code).toBe(2);
    expect(shown.err).toContain("--yes");
    expect(shown.out).toContain("lab0: + rule 0: TCP over IPv4; Src port: 1");
    expect(await states()).toEqual(before);

    expect(await call("apply", "spread", "--yes")).toMatchObject({
      code: 0,
      err: expect.stringContaining("6 made, 0 undone"),
    });
    // left is the server by the testbed file, whatever SSH calls it
    expect(await stateOf("client")).toMatch(/mtu 9000[\s\S]*Dest port: 3 mask: 0x0/);
    expect(await stateOf("server")).toMatch(/Src port: 3 mask: 0x0[\s\S]*\n10\d\d\n$/);
    expect((await call("apply", "spread", "--yes")).err).toContain("nothing to do");
    const status = await call("status");
    expect(status.code).toBe(0);
    expect(status.out).toContain("right: in profile spread");

    const switched = await call("apply", "packed", "--yes");
    expect(switched.out).toContain("MTU of lab0 to 9000 bytes: stays, both profiles want it");
    expect(switched.out).toContain(
      "? have lab0 steer flows by 2 rules at 0 to 1: decided once the changes above are undone",
    );
    expect(switched).toMatchObject({
      code: 0,
      err: expect.stringContaining("2 made, 4 undone, 2 kept"),
    });
    const packed = await stateOf("server");
    expect(packed.match(/Filter: \d+/g)).toEqual(["Filter: 1", "Filter: 0"]);
    expect(packed).toMatch(/Dest port: 9 mask: 0x0[\s\S]*\n300\n$/);

    expect((await call("restore", "--yes")).code).toBe(0);
    expect(await states()).toEqual(before);
  });

  test("are shown as a file that does the same", async () => {
    const { code, out } = await call("show", "spread");
    expect(code).toBe(0);
    expect(out).toContain("  - { step: mtu, nic: link:wire, mtuBytes: 9000 }\n");
    expect(out).toContain("    hosts: [ left ]\n");
    const mine = join(place, "mine.yaml");
    await writeFile(mine, out);
    expect((await call("apply", "spread", "left", "--yes")).code).toBe(0);
    expect((await call("apply", mine, "left", "--yes")).err).toContain("nothing to do");
    expect((await call("restore", "--yes")).code).toBe(0);
  });

  test("that a host cannot take change nothing", async () => {
    const before = await states();
    const refused = await call("apply", "merging", "--yes");
    expect(refused.code).toBe(3);
    expect(refused.out).toMatch(/ {2}! switch offloads of lab0: lro on: .*\[fixed\]/);
    expect(await states()).toEqual(before);
  });

  test.each([
    [["apply"], "tune apply needs a profile"],
    [["apply", "spraed"], 'did you mean "spread"? it has spread, packed, merging; a YAML file'],
    [["show", "left"], 'lab has no tuning profile "left"'],
    [["apply", "spread.yaml"], "spread.yaml cannot be read: there is no such file"],
  ])("%j is refused", async (words, told) => {
    expect(await call(...words)).toMatchObject({ code: 2, err: expect.stringContaining(told) });
  });
});

test("help and completion know them", async () => {
  for (const words of [["--help"], ["apply", "--help"]]) {
    const terminal = recordedTerminal();
    expect(await runCli(system, ["tune", ...words], terminal)).toBe(0);
    expect(terminal.out.text()).toMatch(/ {2}spread {3}flows over all queues\n/);
  }
  const terminal = recordedTerminal();
  await runCli(system, ["completion", "bash"], terminal);
  expect(terminal.out.text()).toMatch(/'?tune apply'?\) candidates=\(spread packed merging/);
});
