import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";

const exec = promisify(execFile);
const root = fileURLToPath(new URL("..", import.meta.url));
const packages = ["tools", "core", "rdma-lab"];

/** A project of somebody else's that has the packed packages installed, and nothing of ours. */
let project: string;

/** Runs a program as somebody would who never saw this repository. */
async function run(program: string, args: readonly string[], cwd = project) {
  // what the npm of this test run says about itself must not reach the one in the project
  const ours = Object.entries(process.env).filter(([name]) => !/^npm_|^INIT_CWD$/.test(name));
  const env = { ...Object.fromEntries(ours), NODE_OPTIONS: "", NO_COLOR: "1" };
  return (await exec(program, [...args], { cwd, env })).stdout;
}

beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), "hoststack-consumer-"));
  const tarballs = join(project, "tarballs");
  await mkdir(tarballs);
  const workspaces = packages.flatMap((name) => ["-w", `packages/${name}`]);
  await run("npm", ["pack", "--pack-destination", tarballs, ...workspaces], root);
  await writeFile(join(project, "package.json"), '{ "private": true }\n');
  const files = (await readdir(tarballs)).map((file) => join(tarballs, file));
  expect(files).toHaveLength(packages.length);
  const quiet = ["--prefer-offline", "--no-audit", "--no-fund", "--loglevel=error"];
  await run("npm", ["install", ...quiet, ...files]);
});

afterAll(() => rm(project, { recursive: true, force: true }));

test.each(packages)("@hoststack/%s loads with import and with require", async (name) => {
  const id = JSON.stringify(`@hoststack/${name}`);
  const imported = `console.log(Object.keys(await import(${id})).sort().join())`;
  const required = `console.log(Object.keys(require(${id})).sort().join())`;
  const names = await run("node", ["--input-type=module", "--eval", imported]);
  expect(names.trim()).not.toBe("");
  // require adds a name of its own to a module that has a default export; ours have none
  const flags = ["--no-warnings", "--input-type=commonjs", "--eval"];
  expect(await run("node", [...flags, required])).toBe(names);
});

test("the types compile in a strict NodeNext project", async () => {
  const lines = packages.map((name, index) => `export * as p${index} from "@hoststack/${name}";`);
  await writeFile(join(project, "use.mts"), `${lines.join("\n")}\n`);
  const options = {
    module: "nodenext",
    target: "es2022",
    lib: ["es2023", "esnext.disposable"],
    strict: true,
    noEmit: true,
    // the packages' own declarations are checked, those of their dependencies are not ours
    skipLibCheck: false,
    types: ["node"],
    typeRoots: [join(root, "node_modules/@types")],
  };
  const config = { compilerOptions: options, files: ["use.mts"] };
  await writeFile(join(project, "tsconfig.json"), JSON.stringify(config));
  await run("node", [join(root, "node_modules/typescript/bin/tsc"), "-p", project]);
});

test("the command line answers --help", async () => {
  expect(await run("npx", ["--no-install", "rdma-lab", "--help"])).toContain("rdma-lab");
});
