import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { recordedTerminal } from "../../src/cli/recorded-terminal.js";
import { runCli } from "../../src/cli/run-cli.js";
import { defineSystem } from "../../src/system/system.js";
import { type NamespaceServers, openNamespaceServers } from "../support/namespace-servers.js";
import { freePort } from "../support/ssh-server.js";

const system = defineSystem({
  ...{ name: "lab", version: "1.0.0", summary: "a lab", experiments: {}, suites: {} },
  guest: () => {
    throw new Error("not of this test");
  },
});

const profiles = {
  long: `version: 1
steps:
  - { step: mtu, nic: link:data, mtuBytes: 9000 }
  - { step: offloads, nic: link:data, gro: true }
  - { step: sysctl, key: net.ipv4.tcp_autocorking, value: 0, scope: netns, hosts: [server] }
`,
  short: `version: 1
steps:
  - { step: mtu, nic: link:data, mtuBytes: 9000 }
  - { step: offloads, nic: link:data, tso: false }
`,
  impossible: `version: 1
steps:
  - { step: mtu, nic: link:data, mtuBytes: 1400 }
  - { step: offloads, nic: link:data, lro: true }
`,
  elsewhere: "version: 1\nsteps:\n  - { step: mtu, nic: link:dtaa, mtuBytes: 9000 }\n",
};

const show = "ip -o link show lab0; ethtool -k lab0; cat /proc/sys/net/ipv4/tcp_autocorking";

describe.skipIf(process.getuid?.() !== 0)("tuning of hosts over SSH", () => {
  let servers: NamespaceServers;
  let path: string;
  let place: string;
  beforeAll(async () => {
    place = await mkdtemp(join(tmpdir(), "hoststack-test-"));
    servers = await openNamespaceServers({ forgetful: true });
    path = await servers.putTestbed();
    for (const [name, text] of Object.entries(profiles)) {
      await writeFile(join(place, `${name}.yaml`), text);
    }
  });
  afterAll(async () => {
    await servers?.[Symbol.asyncDispose]();
    await rm(place, { recursive: true, force: true });
  });

  const callOf = async (testbed: string, verb: string, ...argv: string[]) => {
    vi.stubEnv("XDG_STATE_HOME", place);
    const terminal = recordedTerminal();
    const code = await runCli(system, ["tune", verb, ...argv, "--testbed", testbed], terminal);
    return { code, out: terminal.out.text(), err: terminal.err.text() };
  };
  const call = (verb: string, ...argv: string[]) => callOf(path, verb, ...argv);
  const applyTo = (testbed: string, name: keyof typeof profiles, ...argv: string[]) =>
    callOf(testbed, "apply", join(place, `${name}.yaml`), ...argv);
  const apply = (name: keyof typeof profiles, ...argv: string[]) => applyTo(path, name, ...argv);
  const stateOf = async (host: "client" | "server") =>
    (await servers.inside(host, "sh", "-c", show)).replaceAll(/<\S*>/g, "");
  const states = async () => [await stateOf("client"), await stateOf("server")];

  test("a profile is shown, applied, switched by the difference, and restored", async () => {
    const before = await states();
    const shown = await apply("long");
    expect(shown.code).toBe(2);
    expect(shown.err).toContain('nothing was changed: no terminal to ask "5 changes: do it?" on');
    expect(shown.err).toContain("--yes");
    expect(shown.out).toMatch(/^client\n {2}~ set the MTU of lab0 to 9000 bytes\n/);
    expect(shown.out).toContain("$ ip link set dev lab0 mtu 9000");
    expect(shown.out).toContain("undone by $ ip link set dev lab0 mtu 1500");
    expect(await states()).toEqual(before);

    const done = await apply("long", "--yes");
    expect(done).toMatchObject({ code: 0, err: expect.stringContaining("5 made, 0 undone") });
    expect(await stateOf("server")).toMatch(
      /mtu 9000[\s\S]*generic-receive-offload: on[\s\S]*\n0\n$/,
    );
    expect(await stateOf("client")).toMatch(/\n1\n$/);
    expect((await apply("long", "--yes")).err).toContain("in profile long: nothing to do");
    const status = await call("status");
    expect(status.code).toBe(0);
    expect(status.out).toMatch(/^client: in profile long\n {2}= set the MTU of lab0 .*: holds\n/);

    const switched = await apply("short", "--yes");
    expect(switched.out).toContain("  - undo, of profile long: switch offloads of lab0: gro on");
    expect(switched.out).toContain("MTU of lab0 to 9000 bytes: stays, both profiles want it");
    expect(switched.err).toContain("2 made, 3 undone, 2 kept");
    const inShort = await stateOf("server");
    expect(inShort).toMatch(/mtu 9000[\s\S]*tcp-segmentation-offload: off/);
    expect(inShort).toMatch(/generic-receive-offload: off[\s\S]*\n1\n$/);

    expect(await call("restore")).toMatchObject({
      code: 2,
      err: expect.stringMatching(/no terminal to ask "undo 4\?" on[\s\S]*--yes/),
    });
    expect(await stateOf("server")).toBe(inShort);
    expect((await call("restore", "--yes")).code).toBe(0);
    expect(await states()).toEqual(before);
    expect((await call("status")).out).toBe("client: in no profile\nserver: in no profile\n");
  });

  test("a host that cannot be reached keeps nobody from seeing and restoring the others", async () => {
    const before = await states();
    await servers.put("gone", `Host gone\nHostName 127.0.0.1\nPort ${await freePort()}\n`);
    const text = await readFile(path, "utf8");
    const gone = "hosts:\n  gone: { ssh: { destination: gone, config: ./gone } }\n";
    const partly = await servers.put("partly.yaml", text.replace("hosts:\n", gone));
    const err = expect.stringMatching(
      /error: a host is not usable \[HOST_UNREACHABLE\]\n {2}gone: .*nothing listens/,
    );
    const failed = { code: 4, err };

    expect(await applyTo(partly, "long", "--yes")).toMatchObject({ ...failed, out: "" });
    expect(await states()).toEqual(before);
    expect((await apply("long", "--yes")).code).toBe(0);
    const status = await callOf(partly, "status", "--json");
    expect(status).toMatchObject(failed);
    expect(JSON.parse(status.out)).toMatchObject([
      { host: "client", changes: [{ state: "holds" }, { state: "holds" }] },
      { host: "server" },
      { host: "gone", error: { code: "HOST_UNREACHABLE" } },
    ]);
    expect((await callOf(partly, "status", "server")).code).toBe(0);
    expect(await callOf(partly, "restore", "--yes")).toMatchObject({
      ...failed,
      out: expect.stringContaining("restored: "),
    });
    expect(await states()).toEqual(before);
    const nothing = await callOf(partly, "restore", "--json");
    expect(nothing).toMatchObject(failed);
    expect(JSON.parse(nothing.out)).toMatchObject([{ host: "gone", error: {} }]);
  });

  test("what somebody else changes since is told and stays", async () => {
    await apply("long", "client", "--yes");
    await servers.inside("client", "ip", "link", "set", "dev", "lab0", "mtu", "4000");
    const status = await call("status", "client");
    expect(status.code).toBe(5);
    expect(status.out).toContain("changed since by somebody else: 4000");
    const restored = await call("restore", "client", "--yes");
    expect(restored.code).toBe(5);
    expect(restored.out).toContain("conflict: set the MTU of lab0");
    await servers.inside("client", "ip", "link", "set", "dev", "lab0", "mtu", "9000");
    expect((await call("restore", "client", "--yes")).code).toBe(0);
  });

  test("a profile that a host cannot take changes nothing", async () => {
    await apply("short", "--yes");
    const before = await states();
    const refused = await apply("impossible", "--yes");
    expect(refused.code).toBe(3);
    expect(refused.out).toMatch(/ {2}! switch offloads of lab0: lro on: .*\[fixed\]/);
    expect(await states()).toEqual(before);
    expect(await apply("elsewhere", "--yes")).toMatchObject({
      code: 2,
      err: expect.stringContaining('did you mean "data"?'),
    });
    expect((await call("restore", "--yes")).code).toBe(0);
  });

  test.each([
    [["apply"], "tune apply needs a profile"],
    [["aply"], 'did you mean "apply"?'],
    [["status", "clietn"], 'did you mean "client"?'],
  ])("%j is refused", async ([verb = "", ...rest], words) => {
    expect(await call(verb, ...rest)).toMatchObject({
      code: 2,
      err: expect.stringContaining(words),
    });
  });
});
