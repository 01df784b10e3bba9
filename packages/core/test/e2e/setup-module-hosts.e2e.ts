import { mkdtemp, rm } from "node:fs/promises";
import { release, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { z } from "zod";
import { recordedTerminal } from "../../src/cli/recorded-terminal.js";
import { runCli } from "../../src/cli/run-cli.js";
import { defineSetup, defineSystem, type KernelModuleBuild } from "../../src/index.js";
import { unpackedHeaders } from "../../src/system/builds/build-module-here.js";
import { headersOfAnother } from "../support/module-headers.js";
import { moduleFiles, moduleName } from "../support/module-source.js";
import { type NamespaceServers, openNamespaceServers } from "../support/namespace-servers.js";
import { honest, pingLike } from "../support/ping-like.js";
import { sourceRepository } from "../support/source-repository.js";

const root = process.getuid?.() === 0;
const hosts = ["client", "server"] as const;
let place: string;
let servers: NamespaceServers;
let build: KernelModuleBuild;
let where: readonly string[];
let headers: string;

/** Arguments: directory with headers, release. */
const installScript = `
mkdir -p "/lib/modules/$2" /usr/src && ln -sfn "$1"/usr/src/* /usr/src/ && ln -sfn "$1"/usr/lib/linux-kbuild-* /usr/lib/ &&
ln -sfn "/usr/src/linux-headers-$2" "/lib/modules/$2/build"
`;

/** Headers of the distribution's kernel that say they are of the one that runs here. */
async function makeHeaders(): Promise<string> {
  const own = await unpackedHeaders(undefined, new AbortController().signal);
  const directory = join(place, "headers");
  await headersOfAnother(own, directory, release());
  return directory;
}

beforeAll(async () => {
  if (!root) return;
  servers = await openNamespaceServers({ forgetful: true });
  place = await mkdtemp(join(tmpdir(), "hoststack-test-"));
  const { path, commit } = await sourceRepository(place, moduleFiles);
  const module = { name: moduleName, defines: { STEP: 10 } };
  build = { name: "count", source: { repository: path, commit }, module };
  where = ["--testbed", await servers.putTestbed()];
  // from the cache of the other tests
  headers = await makeHeaders();
});
afterAll(async () => {
  await servers?.[Symbol.asyncDispose]();
  if (place !== undefined) await rm(place, { recursive: true, force: true });
});
beforeEach(() => {
  vi.stubEnv("XDG_STATE_HOME", join(place, "state"));
});

/** Each host has a macro of its own, of what its setup was told of it. */
const lab = () =>
  defineSystem({
    ...{ name: "lab", version: "1.0.0", summary: "a lab", suites: {} },
    experiments: { ping: pingLike(honest) },
    setup: defineSetup({
      options: z.strictObject({ step: z.int().default(10) }),
      builds: ({ options }, host) => {
        const STEP = options.step + (host?.role === "server" ? 1 : 0);
        return [{ ...build, module: { name: moduleName, defines: { STEP } } }];
      },
    }),
    guest: () => {
      throw new Error("not of this test");
    },
  });

const call = async (...argv: string[]) => {
  const terminal = recordedTerminal();
  const code = await runCli(lab(), [...argv, ...where], terminal);
  return { code, out: terminal.out.text(), err: terminal.err.text() };
};
const inside = (host: (typeof hosts)[number], text: string) =>
  servers.inside(host, "sh", "-c", text);
const module = "/var/lib/hoststack/builds/*/artefacts";

describe.skipIf(!root)("a module on hosts of a testbed file", () => {
  test("is not planned without headers of the kernel that runs, nor by the controller", async () => {
    const planned = await call("plan");
    expect(planned.code).toBe(3);
    expect(planned.out).toMatch(new RegExp(`linux-headers-${release()}`));
    const copied = await call("plan", "--build-on", "controller");
    expect(copied).toMatchObject({ code: 3, err: expect.stringContaining("--build-on hosts") });
  });

  test("is built for the kernel that runs there, differently on each, and again only where it has to be", async () => {
    for (const host of hosts) {
      await servers.inside(host, "sh", "-c", installScript, "sh", headers, release());
    }
    const done = await call("build", "--yes");
    expect(done.err).toContain("changes are made");
    expect(done.code).toBe(0);
    const notes = await Promise.all(hosts.map((host) => inside(host, `cat ${module}/*.json`)));
    const [first, second] = notes.map((note) => JSON.parse(note) as Record<string, string>);
    expect(first).toMatchObject({
      name: moduleName,
      release: release(),
      vermagic: expect.stringMatching(`^${release()} SMP`),
      sha256: (await inside("client", `cat ${module}/*.ko | sha256sum`)).split(" ")[0],
    });
    expect(second?.["buildId"]).not.toBe(first?.["buildId"]);

    await inside("server", `echo >>$(echo ${module}/*.ko)`);
    const again = await call("plan");
    expect(again.out).toContain("1 of 10 steps to do");
    expect(again.out).toContain(`build the module ${moduleName} for the running kernel`);
    expect((await call("build", "--yes")).code).toBe(0);
  });

  test("for a kernel that no longer runs is missing by name, and built anew", async () => {
    const note = `$(echo ${module}/*.json)`;
    await inside("client", `sed -i 's/"release":"[^"]*"/"release":"5.4.0-old"/' ${note}`);
    const refused = await call("run", "ping", "--out", join(place, "refused"));
    expect(refused.code).toBe(3);
    expect(refused.err).toMatch(/count is built for the kernel 5\.4\.0-old, but \S+ is running/);
    expect((await call("build", "--yes")).err).toContain("1 change is made");
  });

  test("that does not build says so in the compiler's words, and restore takes everything away", async () => {
    const { module: own, ...rest } = build;
    build = {
      ...rest,
      module: own,
      edits: { Makefile: [{ pattern: "obj-m", replacement: "ccflags-y += -Dtrace=(\nobj-m" }] },
    };
    const failed = await call("build", "--yes");
    expect(failed.code).toBe(1);
    expect(failed.err).toMatch(/error|expected/);
    expect((await call("restore", "--yes")).code).toBe(0);
    for (const host of hosts) {
      expect(await inside(host, "ls /var/lib/hoststack/builds 2>/dev/null || :")).toBe("");
    }
  });
});
