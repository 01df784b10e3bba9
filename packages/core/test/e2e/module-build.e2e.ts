import { mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Host } from "../../src/host/host.js";
import { buildModule } from "../../src/kernel/module/build-module.js";
import type { BuildModuleOptions, KernelHeaders } from "../../src/kernel/module/build-options.js";
import { defaultCacheDirectory } from "../../src/testbed/vm/cache-directory.js";
import { guestImage } from "../../src/testbed/vm/image/guest-image.js";
import { unpackedHeaders } from "../support/module-headers.js";
import { moduleFiles, moduleName } from "../support/module-source.js";
import { openMachine, run, temporaryDirectory } from "../support/step-hosts.js";
import { moduleRecipe } from "./module-recipe.js";

let against: KernelHeaders;
let host: Host;
beforeAll(async () => {
  const { kernelRelease } = await guestImage({
    recipe: moduleRecipe,
    cacheDirectory: defaultCacheDirectory(),
  });
  against = await unpackedHeaders(kernelRelease);
  host = openMachine();
}, 300_000);
afterAll(async () => {
  await host?.[Symbol.asyncDispose]();
});

/** The sources in a directory, as somebody has them who has built them by hand before. */
async function sourcesIn(directory: string): Promise<string> {
  const source = join(directory, "source");
  await mkdir(source);
  for (const [path, text] of Object.entries(moduleFiles)) {
    await writeFile(join(source, path), text);
  }
  await writeFile(join(source, `${moduleName}.o`), "not an object");
  return source;
}

const treeOf = async (directory: string) => {
  const names = (await readdir(directory)).toSorted();
  return await Promise.all(
    names.map(async (name) => {
      const path = join(directory, name);
      return [name, await readFile(path, "latin1"), (await stat(path)).mtimeMs];
    }),
  );
};

test("a directory is built in a copy, once, and again where its content changes", async () => {
  await using directory = await temporaryDirectory();
  const source = await sourcesIn(directory.path);
  const options: BuildModuleOptions = {
    name: moduleName,
    source: { directory: source },
    against,
    directory: join(directory.path, "build"),
  };
  const before = await treeOf(source);
  const first = await buildModule(host, options);
  expect(first).toMatchObject({
    unchanged: false,
    module: {
      name: moduleName,
      release: against.release,
      vermagic: expect.stringMatching(new RegExp(`^${against.release} SMP .*modversions`)),
      srcversion: expect.stringMatching(/^[0-9A-F]{23}/),
      buildId: expect.stringMatching(/^[0-9a-f]{40}$/),
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      depends: [],
    },
  });
  expect((await run("sha256sum", [first.module.path])).stdout).toContain(first.module.sha256);
  expect(await readFile(first.log, "utf8")).toContain(`${moduleName}.ko`);
  expect(await treeOf(source)).toEqual(before);
  expect(await buildModule(host, options)).toEqual({ ...first, unchanged: true });

  // the same sources with another macro: another file, told apart by its build id alone
  const macro = await buildModule(host, { ...options, defines: { STEP: 2 } });
  expect(macro.unchanged).toBe(false);
  expect(macro.module.srcversion).toBe(first.module.srcversion);
  expect(macro.module.buildId).not.toBe(first.module.buildId);

  const edits = { "count.h": [{ pattern: "STEP 1", replacement: "STEP 3" }] };
  const edited = await buildModule(host, { ...options, edits });
  expect(edited.module.srcversion).not.toBe(first.module.srcversion);
  expect(await treeOf(source)).toEqual(before);
  await expect(
    buildModule(host, { ...options, edits: { "count.h": [{ pattern: "no", replacement: "" }] } }),
  ).rejects.toMatchObject({
    code: "OPTIONS_INVALID",
    message: expect.stringMatching(/"edits\.count\.h": "no" is there 0 times/),
  });

  // what is not the file that was made is made again
  await writeFile(edited.module.path, "somebody else's");
  expect(await buildModule(host, { ...options, edits })).toEqual(edited);

  await rm(join(source, "count.h"));
  await expect(buildModule(host, options)).rejects.toMatchObject({
    code: "MODULE_BUILD_FAILED",
    message: expect.stringMatching(/fatal error: count\.h: No such file/),
    details: { log: first.log },
  });
});

test("the first error of the compiler is told, and a build that was cut is begun anew", async () => {
  await using directory = await temporaryDirectory();
  const options: BuildModuleOptions = {
    name: moduleName,
    source: { files: moduleFiles },
    against,
    directory: join(directory.path, "build"),
    flags: ["-Wno-unused-variable"],
    defines: { LABEL: '"it\'s one"' },
  };
  await expect(
    buildModule(host, {
      ...options,
      edits: { "count.h": [{ pattern: "STEP 1", replacement: "STEP nothing" }] },
    }),
  ).rejects.toMatchObject({
    code: "MODULE_BUILD_FAILED",
    message: expect.stringMatching(/does not build: .*count\.h:2.*error: .nothing. undeclared/),
  });
  const controller = new AbortController();
  const building = buildModule(host, { ...options, signal: controller.signal });
  const mark = join(options.directory, "building");
  await expect
    .poll(
      () =>
        stat(mark).then(
          () => true,
          () => false,
        ),
      { timeout: 30_000, interval: 5 },
    )
    .toBe(true);
  controller.abort();
  await expect(building).rejects.toMatchObject({ code: "INTERRUPTED" });
  await writeFile(join(options.directory, `tree/${moduleName}.o`), "half an object");
  const { module, unchanged } = await buildModule(host, options);
  expect(unchanged).toBe(false);
  expect(module.srcversion).toBeDefined();
  const left = (await readdir(options.directory)).toSorted();
  expect(left).toEqual(["build.log", "built", "lock", "sources", "tree"]);
});

test.each([
  [{ source: { directory: "/nowhere" } }, "OPTIONS_INVALID", /no \/nowhere/],
  [{ against: { release: "9.9.9-none" } }, "TOOL_MISSING", /kernel 9\.9\.9-none/],
  [{ directory: "/tmp/a b" }, "OPTIONS_INVALID", /"directory"/],
  [{ defines: { STEP: "$(id)" } }, "OPTIONS_INVALID", /"defines\.STEP"/],
  [{ source: { files: { "../x.c": "" } } }, "OPTIONS_INVALID", /"source/],
])("refuses before anything is done %#", async (wrong, code, message) => {
  const options: BuildModuleOptions = {
    name: moduleName,
    source: { files: moduleFiles },
    against,
    directory: "/nowhere/build",
    ...wrong,
  };
  await expect(buildModule(host, options)).rejects.toMatchObject({
    code,
    message: expect.stringMatching(message),
  });
});
