import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import {
  checkBuiltVersion,
  type KernelChoices,
  makefileVersion,
  systemKernelRecipe,
} from "./kernel-recipe.js";
import type { SystemKernel } from "./system-kernel.js";

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "hoststack-test-"));
  vi.stubEnv("XDG_CACHE_HOME", directory);
});
afterEach(() => rm(directory, { recursive: true }));

const choices: KernelChoices = {
  ...{ base: "guest", mirrors: [], signal: new AbortController().signal },
};
const kernel: SystemKernel = {
  ...{ summary: "patched", version: "6.0.3", tarball: "https://example.org/linux.tar.gz" },
  set: { NET: "y" },
};
const makefile = (sublevel: number) =>
  `VERSION = 6\nPATCHLEVEL = 0\nSUBLEVEL = ${sublevel}\nEXTRAVERSION =\nNAME = x\n`;

async function tree(sublevel: number): Promise<string> {
  const path = join(directory, `linux-${sublevel}`);
  await mkdir(path);
  await writeFile(join(path, "Makefile"), makefile(sublevel));
  return path;
}

test("the version of sources is what their makefile says", () => {
  expect(makefileVersion(makefile(3))).toBe("6.0.3");
  expect(makefileVersion(makefile(3).replace("EXTRAVERSION =", "EXTRAVERSION = -rc1"))).toBe(
    "6.0.3-rc1",
  );
  expect(makefileVersion("all:\n\tcc\n")).toBeUndefined();
});

test("sources are the user's tree, or a download by the user's checksum, and none without either", async () => {
  const local = await tree(3);
  expect(await systemKernelRecipe(kernel, { ...choices, sourcePath: local })).toEqual({
    ...{ source: { local }, patches: [], config: { base: "guest", set: { NET: "y" } } },
  });
  const sha256 = "a".repeat(64);
  const { source } = await systemKernelRecipe(kernel, { ...choices, sha256 });
  expect(source).toEqual({ tarball: kernel.tarball, sha256 });
  await expect(systemKernelRecipe(kernel, choices)).rejects.toMatchObject({
    code: "OPTIONS_INVALID",
    details: { field: "source" },
  });
});

test("a tree of another version, or of no kernel, is refused before anything is built", async () => {
  for (const [sourcePath, words] of [
    [await tree(4), /holds Linux 6\.0\.4, not Linux 6\.0\.3/],
    [directory, /holds no sources of Linux, not Linux 6\.0\.3/],
  ] as const) {
    await expect(systemKernelRecipe(kernel, { ...choices, sourcePath })).rejects.toThrow(words);
  }
});

test("an archive of another version is told by what it made", () => {
  expect(() => checkBuiltVersion(kernel, "6.0.3-hs0123456789")).not.toThrow();
  for (const release of ["6.0.30-hs0123456789", "6.0.4-hs0123456789"]) {
    expect(() => checkBuiltVersion(kernel, release)).toThrow(`they made ${release}`);
  }
});

test("a patch is that of its commit, also where a mirror has it alone", async () => {
  const mirror = join(directory, "mirror");
  await mkdir(mirror);
  const git = (...words: string[]) =>
    execFileSync("git", ["-C", mirror, "-c", "user.name=a", "-c", "user.email=a@b", ...words], {
      encoding: "utf8",
    }).trim();
  git("init", "-q");
  await writeFile(join(mirror, "kernel.patch"), "first\n");
  git("add", ".");
  git("commit", "-qm", "first");
  const commit = git("rev-parse", "HEAD");
  await writeFile(join(mirror, "kernel.patch"), "second\n");
  git("commit", "-qam", "second");
  const repository = "https://192.0.2.1/lab.git";
  const patched = { ...kernel, patches: [{ repository, commit, path: "kernel.patch" }] };
  const asked = { ...choices, mirrors: [mirror], sourcePath: await tree(3) };
  const { patches } = await systemKernelRecipe(patched, asked);
  expect(patches).toEqual([{ name: "kernel.patch", text: "first\n" }]);
});
