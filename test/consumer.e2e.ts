import { existsSync } from "node:fs";
import { copyFile, lstat, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  type Consumers,
  closures,
  openConsumers,
  type PackageName,
  run,
} from "./consumer/project.js";

const root = fileURLToPath(new URL("..", import.meta.url));
const names = Object.keys(closures) as PackageName[];
const mib = 1024 * 1024;

/**
 * Versions of node to try besides the one that runs the tests, e.g. `HOSTSTACK_NODES=22,24`; each is an
 * npm package of 40 MiB or more, so nobody has to download them who did not ask.
 */
const { HOSTSTACK_NODES: wanted = "" } = process.env;
const nodes = wanted.split(",").filter((word) => word !== "");
const versions = ["this", ...nodes];

let consumers: Consumers;
const nodeDirectories = new Map<string, string>();

beforeAll(async () => {
  consumers = await openConsumers();
  for (const version of nodes) nodeDirectories.set(version, await consumers.node(version));
}, 600_000);

afterAll(() => consumers?.[Symbol.asyncDispose]());

const node = (name: PackageName, version: string, args: readonly string[]) =>
  run(["node", ...args], {
    cwd: consumers.of(name),
    nodeDirectory: nodeDirectories.get(version),
  });

const script = (name: PackageName, version: string, text: string) =>
  node(name, version, ["--input-type=module", "--eval", text]);

const each = versions.flatMap((version) => names.map((name) => [name, version] as const));

test.each(nodes)("node %s is that version", async (version) => {
  const told = await script("tools", version, "console.log(process.versions.node)");
  expect(told).toMatch(new RegExp(`^${version}\\.`));
});

test.each(each)("@hoststack/%s loads by import and require (%s node)", async (name, version) => {
  const id = JSON.stringify(`@hoststack/${name}`);
  const imported = `console.log(Object.keys(await import(${id})).sort().join())`;
  const required = `console.log(Object.keys(require(${id})).sort().join())`;
  const exported = await script(name, version, imported);
  expect(exported.trim()).not.toBe("");
  // require adds a name of its own to a module that has a default export; ours have none
  const flags = ["--no-warnings", "--input-type=commonjs", "--eval", required];
  expect(await node(name, version, flags)).toBe(exported);
});

test.each(versions)("tools alone reads a saved log (%s node)", async (version) => {
  const log = join(root, "packages/tools/fixtures/iperf3/tcp.txt");
  const text = `
    import { readFileSync } from "node:fs";
    import { detectParser } from "@hoststack/tools";
    const text = readFileSync(${JSON.stringify(log)}, "utf8");
    const { tool, parser } = detectParser(text);
    console.log(tool, Object.keys(parser.parse(text)).length > 0);`;
  expect(await script("tools", version, text)).toBe("iperf3 true\n");
});

test.each(versions)("core's hosts alone run a command (%s node)", async (version) => {
  const text = `
    import { openHost, openLocalTransport } from "@hoststack/core/host";
    const transport = openLocalTransport();
    const host = openHost({ name: "here", machine: { id: "here" }, transport });
    const { exitCode, stdout } = await host.run({ argv: ["echo", "ran"] });
    console.log(exitCode, stdout.trim());
    await host[Symbol.asyncDispose]();`;
  expect(await script("core", version, text)).toBe("0 ran\n");
});

test.skipIf(process.getuid?.() !== 0).each(versions)(
  "core alone opens two hosts and runs something on one (%s node)",
  async (version) => {
    const text = `
      import { openTestbed } from "@hoststack/core";
      const testbed = await openTestbed({ kind: "netns", hosts: ["left", "right"] });
      try {
        const address = testbed.links[0].ends[1].addresses[0];
        const { exitCode, stdout } = await testbed.hosts[0].run({ argv: ["ping", "-c", "1", address] });
        console.log(exitCode, stdout.includes("1 received"));
      } finally {
        await testbed[Symbol.asyncDispose]();
      }`;
    expect(await script("core", version, text)).toBe("0 true\n");
  },
);

test.each(versions)("rdma-lab answers as a command (%s node)", async (version) => {
  const cwd = consumers.of("rdma-lab");
  const nodeDirectory = nodeDirectories.get(version);
  const npx = (...args: string[]) =>
    run(["npx", "--no-install", "rdma-lab", ...args], { cwd, nodeDirectory });
  expect(await npx("--version")).toMatch(/^\d+\.\d+\.\d+\n$/);
  expect(await npx("--help")).toContain("Usage: rdma-lab VERB");
  await copyFile(join(root, "packages/tools/fixtures/iperf3/tcp.txt"), join(cwd, "saved.txt"));
  expect(JSON.parse(await npx("parse", "saved.txt"))).toMatchObject({ tool: "iperf3" });
});

test.each([
  ["nodenext", "nodenext"],
  ["esnext", "bundler"],
])("the types compile strictly with module %s, resolved by %s", async (module, resolution) => {
  const cwd = consumers.of("rdma-lab");
  const entries = [...names, "core/host", "tools/error"];
  const lines = entries.map((one, at) => `export * as p${at} from "@hoststack/${one}";`);
  await writeFile(join(cwd, "use.mts"), `${lines.join("\n")}\n`);
  const compilerOptions = {
    ...{ module, moduleResolution: resolution, target: "es2022", strict: true, noEmit: true },
    lib: ["es2023", "esnext.disposable"],
    // the packages' own declarations are checked too
    skipLibCheck: false,
    types: ["node"],
    typeRoots: [join(root, "node_modules/@types")],
  };
  const config = { compilerOptions, files: ["use.mts"] };
  await writeFile(join(cwd, "tsconfig.json"), JSON.stringify(config));
  await run(["node", join(root, "node_modules/typescript/bin/tsc"), "-p", "."], { cwd });
});

async function bytesOnDisk(directory: string): Promise<number> {
  const entries = await readdir(directory, { recursive: true });
  const sizes = entries.map(async (entry) => (await lstat(join(directory, entry))).blocks * 512);
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

test("core stays small: 18 MiB on disk with all it needs, no sources or maps", async () => {
  const modules = join(consumers.of("core"), "node_modules");
  expect((await bytesOnDisk(modules)) / mib).toBeLessThanOrEqual(18);
  for (const name of names) {
    const own = join(consumers.of(name), "node_modules/@hoststack", name);
    expect(existsSync(join(own, "src"))).toBe(false);
    const files = await readdir(own, { recursive: true });
    expect(files.filter((file) => file.endsWith(".map"))).toEqual([]);
  }
});
