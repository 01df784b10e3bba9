import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readKernelRecipe } from "./kernel-build-recipe.js";

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "hoststack-recipe-"));
});
afterEach(() => rm(directory, { recursive: true }));

/** Reads a recipe of this text; where it is named in messages, its directory is left out. */
async function read(text: string) {
  const path = join(directory, "kernel.yaml");
  await writeFile(path, text);
  return await readKernelRecipe(path);
}
const wrong = (text: string) =>
  read(text).then(
    () => "nothing",
    (error: Error & { code: string }) =>
      `${error.code}\n${error.message.replaceAll(`${directory}/`, "")}`,
  );

test("paths are relative to the file they are in", async () => {
  await mkdir(join(directory, "patches"));
  await writeFile(join(directory, "patches/one.patch"), "");
  await writeFile(join(directory, "config"), "");
  const recipe = await read(`
source: { debian: linux-source-6.1 }
patches:
  - path: patches/one.patch
    fuzz: 1
config: { file: ./config, set: { NET: y, LOG_BUF_SHIFT: 17 } }
`);
  expect(recipe).toEqual({
    source: { debian: "linux-source-6.1" },
    patches: [{ path: join(directory, "patches/one.patch"), fuzz: 1 }],
    config: { file: join(directory, "config"), set: { NET: "y", LOG_BUF_SHIFT: 17 } },
  });
});

test("what has the wrong form is told by line and field, and how it is written", async () => {
  const text = `source:
  debain: linux-source-6.1
patches:
  - path: one.patch
    fuzz: 9
compiler: [gcc]
`;
  expect(await wrong(text)).toMatchInlineSnapshot(`
    "KERNEL_RECIPE_INVALID
    the kernel recipe has 4 errors
    kernel.yaml:1: config: it is missing; write config: {base: guest} (how the kernel is configured)
    kernel.yaml:2: source.debain: there is no such field; did you mean "debian"?
    kernel.yaml:5: patches[0].fuzz: 9 is too large: at most 3; lines of context that may differ; default 0, none
    kernel.yaml:6: compiler: it is a list, not text; write compiler: gcc-12 (C compiler of the build host; default gcc)"
  `);
});

test("what contradicts itself or is not there is told the same way", async () => {
  expect(
    await wrong(`source: { tarball: "https://example.org/linux.tar.xz", git: "/srv/linux" }
config:
  base: guest
  set:
    CONFIG_NET: y
`),
  ).toMatchInlineSnapshot(`
    "KERNEL_RECIPE_INVALID
    the kernel recipe has 4 errors
    kernel.yaml:1: source: tarball and git exclude each other; give exactly one of them
    kernel.yaml:1: source.sha256: it is missing: without it nobody knows what was built; give the sha256 of tarball
    kernel.yaml:1: source.commit: it is missing: without it nobody knows what was built; give the commit of git
    kernel.yaml:5: config.set.CONFIG_NET: symbols are written without CONFIG_; write NET"
  `);
  expect(
    await wrong(`source: { local: ./linux }
patches:
  - path: one.patch
config: { base: guest }
`),
  ).toMatchInlineSnapshot(`
    "KERNEL_RECIPE_INVALID
    the kernel recipe has 2 errors
    kernel.yaml:1: source.local: there is no linux; correct the path, which is relative to this file
    kernel.yaml:3: patches[0].path: there is no one.patch; correct the path, which is relative to this file"
  `);
});

test("text that is no YAML is told by its line", async () => {
  expect(await wrong("source: {\n")).toMatch(/^KERNEL_RECIPE_INVALID\n.*\nkernel\.yaml:2: /);
  await expect(readKernelRecipe(join(directory, "none.yaml"))).rejects.toMatchObject({
    code: "KERNEL_RECIPE_INVALID",
    message: expect.stringMatching(/none\.yaml cannot be read: there is no such file/),
  });
});
