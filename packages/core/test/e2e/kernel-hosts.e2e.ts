import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { recordedTerminal } from "../../src/cli/recorded-terminal.js";
import { runCli } from "../../src/cli/run-cli.js";
import { defineSystem } from "../../src/system/system.js";
import { type NamespaceServers, openNamespaceServers } from "../support/namespace-servers.js";
import { freePort } from "../support/ssh-server.js";

// Servers run in namespaces that only root may make.
const notRoot = process.getuid?.() !== 0;

const system = defineSystem({
  ...{ name: "lab", version: "1.0.0", summary: "a lab", experiments: {}, suites: {} },
  guest: () => {
    throw new Error("not of this test");
  },
});

/** Reads the kernel's own word, as `kernel status` has to tell it. */
const bootIdScript = "cat /proc/sys/kernel/random/boot_id";

/** Two hosts without a boot loader, and one where nothing listens. */
const testbedFile = `version: 1
hosts:
  client: { ssh: { destination: client, config: ./config } }
  gone: { ssh: { destination: gone, config: ./gone } }
  server: { ssh: { destination: server, config: ./config } }
links:
  - { name: data, ends: [{ host: client, nic: lab0 }, { host: server, nic: lab0 }] }
evidence: namespace
`;

describe.skipIf(notRoot)("kernels of several hosts", () => {
  let servers: NamespaceServers;
  let testbed: string;
  let built: string;
  beforeAll(async () => {
    servers = await openNamespaceServers();
    for (const host of ["client", "server"] as const) {
      await servers.inside(host, "mount", "-t", "tmpfs", "tmpfs", "/boot");
    }
    const port = await freePort();
    await servers.put("gone", `Host gone\nHostName 127.0.0.1\nPort ${port}\nUser guest\n`);
    testbed = await servers.put("lab.yaml", testbedFile);
    built = join(servers.directory, "built");
    await mkdir(join(built, "boot"), { recursive: true });
    for (const name of ["vmlinuz", "config", "System.map"]) {
      await writeFile(join(built, "boot", `${name}-6.6.6`), `${name}\n`);
    }
  });
  afterAll(() => servers?.[Symbol.asyncDispose]());

  const kernel = async (...argv: string[]) => {
    const terminal = recordedTerminal();
    const code = await runCli(system, ["kernel", ...argv, "--testbed", testbed], terminal);
    return { code, out: terminal.out.text(), err: terminal.err.text() };
  };
  const unreachable = {
    code: "HOST_UNREACHABLE",
    message: expect.stringContaining("nothing listens"),
    remedy: expect.any(String),
  };

  test("status tells of those that answer, and then what became of the others", async () => {
    const bootId = (await servers.inside("client", "sh", "-c", bootIdScript)).trim();
    const { code, out, err } = await kernel("status");
    expect(code).toBe(4);
    const runs = `runs        .*, boot ${bootId.slice(0, 8)}`;
    expect(out).toMatch(new RegExp(`^client\n  ${runs}\n(  .*\n)*server\n  ${runs}\n(  .*\n)*$`));
    expect(err).toMatch(
      /^error: a host is not usable \[HOST_UNREACHABLE\]\n {2}gone: .*nothing listens/,
    );

    const asked = await kernel("status", "--json");
    expect(asked.code).toBe(4);
    expect(JSON.parse(asked.out)).toEqual([
      expect.objectContaining({ host: "client", bootId }),
      { host: "gone", error: expect.objectContaining(unreachable) },
      expect.objectContaining({ host: "server", bootId }),
    ]);
    expect(asked.err).toBe(err);
  });

  test("status of hosts that all answer says nothing of others", async () => {
    const { code, out, err } = await kernel("status", "server", "client", "--json");
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(JSON.parse(out)).toMatchObject([{ host: "client" }, { host: "server" }]);
    expect(out).not.toContain('"error"');
  });

  test.each([
    ["boot", [] as string[]],
    ["install", ["built"]],
  ])("%s tells of every host that nothing was done, and why, as data", async (verb, words) => {
    const argv = words.map(() => built);
    const listed = (out: string) => {
      const data = JSON.parse(out);
      return verb === "boot" ? data : data.hosts;
    };

    const some = await kernel(verb, ...argv, "--json");
    expect(some).toMatchObject({ code: 4, err: expect.stringContaining("gone: ") });
    expect(listed(some.out)).toEqual([
      { host: "client", verdict: "untouched" },
      { host: "gone", verdict: "untouched", error: expect.objectContaining(unreachable) },
      { host: "server", verdict: "untouched" },
    ]);

    const refused = (host: string) => ({
      ...{ host, verdict: "untouched" },
      error: expect.objectContaining({
        code: "BOOT_REFUSED",
        message: expect.stringContaining(`${host}: `),
        remedy: expect.any(String),
      }),
    });
    const all = await kernel(verb, ...argv, "server", "client", "--json");
    expect(all.code).toBe(3);
    expect(all.err).toMatch(/^error: client: .*\n.*\nerror: server: .*\n.*\n$/);
    expect(listed(all.out)).toEqual([refused("client"), refused("server")]);
  });
});
