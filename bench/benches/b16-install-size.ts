import { lstat, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Bench } from "../harness/bench.js";
import { runChild } from "../harness/child.js";
import { repository } from "../harness/repository.js";

/** What npm tells programs it runs must not reach the npm of the other project. */
const foreign = Object.fromEntries(
  Object.keys(process.env)
    .filter((name) => /^npm_|^INIT_CWD$/.test(name))
    .map((name) => [name, undefined]),
);

async function installed(project: string): Promise<string> {
  const tarballs = join(project, "tarballs");
  await mkdir(tarballs);
  const workspaces = ["tools", "core"].flatMap((name) => ["-w", `packages/${name}`]);
  const pack = ["npm", "--prefix", repository, "pack", "--pack-destination", tarballs] as const;
  await runChild([...pack, ...workspaces], foreign);
  await writeFile(join(project, "package.json"), '{ "private": true }\n');
  const files = (await readdir(tarballs)).map((file) => join(tarballs, file));
  const quiet = ["--no-audit", "--no-fund", "--loglevel=error"];
  await runChild(["npm", "--prefix", project, "install", ...quiet, ...files], foreign);
  return join(project, "node_modules");
}

/** Disk space of a tree as `du` counts it, in bytes. */
async function diskBytes(path: string): Promise<number> {
  const info = await lstat(path);
  const own = info.blocks * 512;
  if (!info.isDirectory()) return own;
  const below = await Promise.all((await readdir(path)).map((name) => diskBytes(join(path, name))));
  return below.reduce((sum, bytes) => sum + bytes, own);
}

/** Packages npm has put there, as its own list of them says. */
async function packageCount(modules: string): Promise<number> {
  const text = await readFile(join(modules, ".package-lock.json"), "utf8");
  return Object.keys((JSON.parse(text) as { packages: object }).packages).length;
}

/** What a user of core gets onto the disk. */
export const installSize: Bench = {
  id: "B16",
  title: "Core installed alone",
  terms: "core and tools packed and installed into an empty project with npm's default flags.",
  open: async () => {
    const project = await mkdtemp(join(tmpdir(), "hoststack-bench-"));
    const modules = await installed(project);
    return {
      figures: [
        {
          ...{ name: "node_modules on disk", unit: "MiB", atMost: 18 },
          measure: async () => (await diskBytes(modules)) / 2 ** 20,
        },
        {
          ...{ name: "packages in node_modules", unit: "packages", atMost: 36 },
          measure: () => packageCount(modules),
        },
      ],
      [Symbol.asyncDispose]: () => rm(project, { recursive: true, force: true }),
    };
  },
};
