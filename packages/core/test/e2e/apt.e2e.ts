import { execFile } from "node:child_process";
import { chmod, chown, mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { unpackedPackages } from "../../src/packages/unpacked-packages.js";
import { bundledScript, removeBundledScripts } from "./vm-bundled-script.js";

const exec = promisify(execFile);

let cacheDirectory: string;
beforeAll(async () => {
  cacheDirectory = await mkdtemp(join(tmpdir(), "apt-e2e-"));
});
afterAll(async () => {
  await rm(cacheDirectory, { recursive: true, force: true });
  await removeBundledScripts();
});

test("packages become a tree with their closure, and are there at once the second time", async () => {
  const packages = ["dropbear-bin"];
  const first = await unpackedPackages({ packages, cacheDirectory });
  expect((await stat(join(first.tree, "usr/sbin/dropbear"))).isFile()).toBe(true);
  expect(Object.keys(first.versions)).toEqual(expect.arrayContaining(["dropbear-bin", "libc6"]));
  const began = performance.now();
  expect(await unpackedPackages({ packages, cacheDirectory })).toEqual(first);
  expect(performance.now() - began).toBeLessThan(100);
});

test("a closure is whole also when its files were downloaded before", async () => {
  const { versions } = await unpackedPackages({
    packages: ["dropbear-bin", "dash"],
    cacheDirectory,
  });
  expect(Object.keys(versions)).toEqual(expect.arrayContaining(["dropbear-bin", "libc6", "dash"]));
});

test("an unknown package fails with apt's words", async () => {
  await expect(
    unpackedPackages({ packages: ["no-such-package-at-all"], cacheDirectory }),
  ).rejects.toMatchObject({
    code: "DOWNLOAD_FAILED",
    message: expect.stringContaining("Unable to locate package no-such-package-at-all"),
  });
});

test("without apt the error names the way out", async () => {
  vi.stubEnv("PATH", await onlyTools("setpriv", "sh"));
  await expect(unpackedPackages({ packages: ["dash"], cacheDirectory })).rejects.toMatchObject({
    code: "CAPABILITY_MISSING",
    remedy: expect.stringContaining("Debian"),
  });
});

test("an abort in the middle leaves no process and nothing half done", async () => {
  const directory = join(cacheDirectory, "aborted");
  const abort = new AbortController();
  const opening = unpackedPackages({
    packages: ["dropbear-bin"],
    cacheDirectory: directory,
    signal: abort.signal,
    progress: ({ kind }) => {
      if (kind === "packages.unpack") setTimeout(() => abort.abort(), 50);
    },
  });
  await expect(opening).rejects.toMatchObject({ code: "INTERRUPTED" });
  expect(await readdir(join(directory, "packages"))).toEqual([]);
  const processes = await exec("ps", ["-eo", "args"]);
  expect(processes.stdout).not.toContain(directory);
});

test.skipIf(process.getuid?.() !== 0)("works for a user who is not root", async () => {
  const home = await mkdtemp(join(tmpdir(), "apt-user-"));
  await chown(home, 65534, 65534);
  await chmod(home, 0o700);
  const script = await bundledScript(
    "apt-user",
    `import { unpackedPackages } from "#core/packages/unpacked-packages.ts";
    const made = await unpackedPackages({ packages: ["busybox-static"], cacheDirectory: process.argv[2] });
    process.stdout.write(made.tree);`,
  );
  try {
    const user = ["--reuid=65534", "--regid=65534", "--clear-groups"];
    const { stdout, stderr } = await exec(
      "setpriv",
      [...user, "env", `HOME=${home}`, process.execPath, script, home],
      { cwd: "/" },
    );
    expect(stderr).toBe("");
    expect((await stat(join(stdout, "bin/busybox"))).uid).toBe(65534);
  } finally {
    await rm(home, { recursive: true, force: true });
  }
});

/** A directory with links to just these programs of the computer. */
async function onlyTools(...names: string[]): Promise<string> {
  const directory = await mkdtemp(join(cacheDirectory, "path-"));
  for (const name of names) {
    const { stdout } = await exec("which", [name]);
    await exec("ln", ["-s", stdout.trim(), join(directory, name)]);
  }
  return directory;
}
