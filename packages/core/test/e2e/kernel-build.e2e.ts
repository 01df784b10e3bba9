import { createHash } from "node:crypto";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { recordedTerminal } from "../../src/cli/recorded-terminal.js";
import { runCli } from "../../src/cli/run-cli.js";
import { openHost } from "../../src/host/open-host.js";
import { openSshTransport } from "../../src/host/ssh.js";
import { buildKernel } from "../../src/kernel/build/build-kernel.js";
import { copyKernel } from "../../src/kernel/build/copy-kernel.js";
import { readKernelTree } from "../../src/kernel/install/kernel-tree.js";
import { defineSystem } from "../../src/system/system.js";
import { writeDiskTestbed } from "../support/disk-guest-testbed.js";
import { openSshServer, packageTree } from "../support/ssh-server.js";
import { returnOne, type TinyKernel, tinyKernel } from "../support/tiny-kernel.js";

const system = defineSystem({
  ...{ name: "lab", version: "1.0.0", summary: "a lab", experiments: {}, suites: {} },
  guest: () => {
    throw new Error("not of this test");
  },
});

let tiny: TinyKernel;
beforeEach(async () => {
  tiny = await tinyKernel();
});
afterEach(() => tiny[Symbol.asyncDispose]());

const sha256 = async (path: string) =>
  createHash("sha256")
    .update(await readFile(path))
    .digest("hex");
const all = ["a", "b", "c", "d"];

/** Names of the stages that were told to be in a state. */
const stages = (state: string) =>
  tiny.events.flatMap((event) =>
    event.kind === "stage" && event.state === state ? [event.stage] : [],
  );

test("builds all once, tagged by its inputs, and finds it again", async () => {
  const kernel = await tiny.build();
  expect(kernel.release).toMatch(/^6\.1\.0-hs[0-9a-f]{10}$/);
  expect(await tiny.compiled()).toEqual(all);
  expect(tiny.events).toContainEqual({ kind: "objects", done: 4, total: undefined });
  const { directory, release } = kernel;
  expect(kernel.configSha256).toBe(await sha256(join(directory, `boot/config-${release}`)));
  const { inputs } = JSON.parse(await readFile(join(directory, "kernel.json"), "utf8"));
  expect(inputs).toMatchObject({ set: {}, patches: [], compiler: expect.stringContaining("gcc") });
  await readFile(join(directory, `boot/vmlinuz-${release}`));
  await readFile(join(directory, "build/Makefile"));
  tiny.events.length = 0;
  expect(await tiny.build()).toEqual(kernel);
  expect(stages("begun")).toEqual([]);
  expect(await tiny.compiled()).toEqual([]);
});

test("a kernel whose files were damaged is packed again, not compiled", async () => {
  const kernel = await tiny.build();
  await tiny.compiled();
  await writeFile(join(kernel.directory, `boot/vmlinuz-${kernel.release}`), "");
  tiny.events.length = 0;
  expect(await tiny.build()).toEqual(kernel);
  expect(stages("begun")).toEqual(["package"]);
  expect(await tiny.compiled()).toEqual([]);
});

test("a patch compiles what it changes; without it that is as it was", async () => {
  const plain = await tiny.build();
  await tiny.compiled();
  const patches = [{ name: "eleven", text: returnOne("11") }];
  tiny.events.length = 0;
  const patched = await tiny.build({ patches });
  expect(await tiny.compiled()).toEqual(["a"]);
  // the patch changes nothing a configuration follows from
  expect(stages("begun")).toEqual(["patch", "build", "package"]);
  expect(patched.configSha256).toBe(plain.configSha256);
  expect(patched.release).not.toBe(plain.release);
  expect(tiny.events).toContainEqual({
    kind: "patch",
    report: {
      patch: "eleven",
      hunks: [{ file: "a.c", number: 1, outcome: "applies", line: 1, offset: 0, fuzz: 0 }],
    },
  });
  // both kernels are there
  expect(await tiny.build()).toEqual(plain);
  await rm(plain.directory, { recursive: true });
  expect(await tiny.build()).toEqual(plain);
  expect(await tiny.compiled()).toEqual(["a"]);
});

test("each kernel has the headers it was built with", async () => {
  const path = "include/tiny.h";
  const wider = { path, edits: [{ pattern: "WIDTH 1", replacement: "WIDTH 22" }] };
  const other = { path: "a.c", edits: [{ pattern: "return 1;", replacement: "return 11;" }] };
  const kernels = [
    await tiny.build(),
    await tiny.build({ edits: [wider] }),
    await tiny.build({ edits: [wider, other] }),
    await tiny.build({ edits: [other] }),
  ];
  const headers = kernels.map(({ directory }) => readFile(join(directory, "build", path), "utf8"));
  const [plain, wide] = ["#define WIDTH 1\n", "#define WIDTH 22\n"];
  expect(await Promise.all(headers)).toEqual([plain, wide, wide, plain]);
});

test("a patch that does not fit names its hunk and changes nothing", async () => {
  const text = returnOne("11").replace("return 1;", "return 9;");
  const failure = tiny.build({ patches: [{ name: "other", text }] });
  await expect(failure).rejects.toMatchObject({
    code: "KERNEL_PATCH_FAILED",
    message: expect.stringContaining("a.c, hunk 1 at line 1 does not fit"),
  });
  const twice = { name: "same", text: returnOne("11") };
  await expect(tiny.build({ patches: [twice, twice] })).rejects.toMatchObject({
    message: expect.stringContaining("is there already"),
  });
  const outside = { name: "out", text: returnOne("1").replaceAll("/a.c", "/../../a.c") };
  await expect(tiny.build({ patches: [outside] })).rejects.toThrow(/outside of the sources/);
  await tiny.build();
});

test("fuzz is refused, told, and allowed when asked for", async () => {
  const text = returnOne("11").replace(" int a(void)", " int other(void)");
  await expect(tiny.build({ patches: [{ name: "near", text }] })).rejects.toThrow(
    /fits only with a fuzz of \d, allowed is 0/,
  );
  await tiny.build({ patches: [{ name: "near", text, fuzz: 3 }] });
});

test("an edit is made where it is found as often as said", async () => {
  const edit = { pattern: "return 2;", replacement: "return 22;" };
  const edits = (count: number) => [{ path: "b.c", edits: [{ ...edit, count }] }];
  await expect(tiny.build({ edits: edits(2) })).rejects.toMatchObject({
    code: "KERNEL_PATCH_FAILED",
    message: expect.stringContaining("is there 1 times, not 2"),
  });
  await tiny.build();
  await tiny.compiled();
  await tiny.build({ edits: edits(1) });
  expect(await tiny.compiled()).toEqual(["b"]);
});

test("a symbol that was not taken over is an error that says what it depends on", async () => {
  const config = { base: "guest", set: { TINY_LED: "y", NO_SUCH: "m" } };
  const failure = tiny.build({ config });
  await expect(failure).rejects.toMatchObject({ code: "KERNEL_CONFIG_UNMET" });
  await expect(failure).rejects.toThrow("CONFIG_TINY_LED: wanted y, got n; depends on TINY_BUS");
  await tiny.build({ config: { base: "guest", set: { TINY_LED: "y", TINY_BUS: "y" } } });
});

test("the first error of the compiler is told; the next build goes on from there", async () => {
  const failure = tiny.build({ patches: [{ name: "bad", text: returnOne("nothing") }] });
  await expect(failure).rejects.toMatchObject({
    code: "KERNEL_BUILD_FAILED",
    message: expect.stringMatching(/a\.c:3:\d+: error: .nothing. undeclared/),
    details: { stage: "build", log: expect.stringMatching(/logs\/build-hs\w+\/stdout$/) },
  });
  await tiny.compiled();
  await tiny.build();
  expect(await tiny.compiled()).toEqual(all);
});

test("an archive of other content is not unpacked", async () => {
  const archive = join(tiny.path, "tiny.tar.gz");
  const wrong = { tarball: archive, sha256: "0".repeat(64) };
  const right = { tarball: `file://${archive}`, sha256: await sha256(archive) };
  await expect(tiny.build({ source: wrong })).rejects.toMatchObject({
    code: "DOWNLOAD_FAILED",
    message: expect.stringContaining(`is ${right.sha256}, not 0000`),
  });
  await tiny.build({ source: right });
});

test("a compiler that is not there, and a recipe that says two things, are refused", async () => {
  await expect(tiny.build({ compiler: "no-such-cc" })).rejects.toMatchObject({
    code: "TOOL_MISSING",
  });
  const source = { git: "/tmp/x", local: "/tmp/x" } as never;
  await expect(tiny.build({ source })).rejects.toMatchObject({
    code: "KERNEL_RECIPE_INVALID",
    message: expect.stringContaining("git and local exclude each other"),
  });
});

test("a compiler cache that is there has what an earlier build elsewhere compiled", async () => {
  const tree = await packageTree("ccache");
  const { environment = {} } = tiny.options;
  const libraries = `${tree}/usr/lib/x86_64-linux-gnu`;
  const caching = {
    ...environment,
    PATH: `${tree}/usr/bin:${environment["PATH"]}`,
    LD_LIBRARY_PATH: `${libraries}:${environment["LD_LIBRARY_PATH"]}`,
    CCACHE_DIR: join(tiny.path, "ccache"),
  };
  for (const work of ["first", "second"]) {
    const workDirectory = join(tiny.path, work);
    await buildKernel(tiny.host, tiny.recipe(), {
      ...tiny.options,
      environment: caching,
      workDirectory,
    });
  }
  const shown = await tiny.host.run({ argv: ["ccache", "--print-stats"], env: caching });
  const hits = /^(?:direct|preprocessed)_cache_hit\t([1-9]\d*)$/m.exec(shown.stdout);
  expect(Number(hits?.[1])).toBe(all.length);
});

test.skipIf(process.getuid?.() !== 0)("is built and copied over SSH", async () => {
  await using server = await openSshServer();
  const transport = await openSshTransport(server.options);
  await using remote = openHost({ name: "server", machine: { id: "server" }, transport });
  const kernel = await buildKernel(remote, tiny.recipe(), tiny.options);
  const directory = join(tiny.path, "copied");
  const copy = await copyKernel(kernel, tiny.host, { from: remote, directory });
  expect(copy).toEqual({ ...kernel, directory });
  const image = `boot/vmlinuz-${kernel.release}`;
  expect(await sha256(join(directory, image))).toBe(await sha256(join(kernel.directory, image)));
});

test.skipIf(process.getuid?.() !== 0)(
  "a command builds it on a host and brings it here",
  async () => {
    const variables = Object.entries(tiny.options.environment ?? {});
    const words = variables.map(([name, value]) => `"${name}=${value}"`).join(" ");
    await using server = await openSshServer({ config: [`SetEnv ${words}`] });
    const { port, privateKey, hostKeys, user } = server.options;
    const login = { privateKey: String(privateKey), hostKeys };
    const testbed = await writeDiskTestbed({ login, user }, { port }, tiny.path);
    const recipe = join(tiny.path, "kernel.yaml");
    await writeFile(recipe, "source: { local: tiny.tar.gz }\nconfig: { base: guest }\n");
    vi.stubEnv("XDG_CACHE_HOME", join(tiny.path, "here"));
    const terminal = recordedTerminal();
    const argv = ["kernel", "build", recipe, "disk", "--testbed", testbed];
    expect(await runCli(system, argv, terminal)).toBe(0);
    const [, release] = /built (\S+) on disk/.exec(terminal.err.text()) ?? [];
    const directory = terminal.out.text().trim();
    expect(directory.startsWith(join(tiny.path, "here", "hoststack"))).toBe(true);
    expect(await readKernelTree(directory)).toMatchObject({ release });
  },
);
