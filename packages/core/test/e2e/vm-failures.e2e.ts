import { execFile, spawn } from "node:child_process";
import { cp, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { defaultCacheDirectory } from "../../src/testbed/vm/cache-directory.js";
import { writeArchive } from "../../src/testbed/vm/image/cpio.js";
import { guestImage } from "../../src/testbed/vm/image/guest-image.js";
import { openVmTestbed, type VmTestbedOptions } from "../../src/testbed/vm/open-vm-testbed.js";
import { bundledScript, removeBundledScripts } from "./vm-bundled-script.js";
import { rdmaRecipe } from "./vm-recipe.js";

const exec = promisify(execFile);

const cacheDirectory = defaultCacheDirectory();
const options: VmTestbedOptions = { recipe: rdmaRecipe, hosts: ["client", "server"] };
let runtime: string;

beforeAll(async () => {
  await guestImage({ recipe: rdmaRecipe, cacheDirectory });
  runtime = await mkdtemp(join(tmpdir(), "rt-"));
}, 300_000);
afterEach(async () => {
  expect(await qemus()).toEqual([]);
  expect((await readdir(runtime)).filter((name) => name.startsWith("hoststack"))).toEqual([]);
});
afterAll(async () => {
  await rm(runtime, { recursive: true, force: true });
  await removeBundledScripts();
});

test("without QEMU the error says how to install it", async () => {
  const path = await mkdtemp(join(runtime, "path-"));
  for (const name of ["setpriv", "sh"]) {
    await symlink((await exec("which", [name])).stdout.trim(), join(path, name));
  }
  vi.stubEnv("PATH", path);
  const opening = openVmTestbed(options);
  await expect(opening).rejects.toMatchObject({
    code: "TOOL_MISSING",
    remedy: expect.stringContaining("qemu-system-x86"),
  });
  vi.unstubAllEnvs();
});

test("more memory than there is is refused before anything starts", async () => {
  const recipe = { ...rdmaRecipe, memoryMib: 10_000_000 };
  await expect(openVmTestbed({ ...options, recipe })).rejects.toMatchObject({
    code: "CAPABILITY_MISSING",
    remedy: expect.stringContaining("memory"),
  });
});

test.each(["guest.boot", "guest.up"])("an abort at %s leaves nothing", async (moment) => {
  vi.stubEnv("XDG_RUNTIME_DIR", runtime);
  await interruptedAt(moment);
});

test("an abort amid a start leaves nothing", async () => {
  vi.stubEnv("XDG_RUNTIME_DIR", runtime);
  await interrupted({ ...options, signal: AbortSignal.timeout(300) });
});

test("an abort while the image is built leaves no process and nothing half done", async () => {
  const directory = await mkdtemp(join(runtime, "cold-"));
  const abort = new AbortController();
  await interrupted({
    ...options,
    cacheDirectory: directory,
    signal: abort.signal,
    progress: ({ kind }) => {
      if (kind === "image.build") setTimeout(() => abort.abort(), 1500);
    },
  });
  expect(await readdir(join(directory, "guest"))).toEqual([]);
  expect((await exec("ps", ["-eo", "args"])).stdout).not.toContain(directory);
});

test("a guest that cannot come up says why", async () => {
  vi.stubEnv("XDG_RUNTIME_DIR", runtime);
  const broken = await brokenCache();
  const opening = openVmTestbed({ ...options, cacheDirectory: broken });
  await expect(opening).rejects.toMatchObject({
    code: "GUEST_FAILED",
    message: expect.stringMatching(/no fun at all/),
  });
});

test("guests die with their owner, and the next start removes what it left", async () => {
  const script = await bundledScript(
    "vm-owner",
    `import { openVmTestbed } from "#core/testbed/vm/open-vm-testbed.ts";
     const recipe = ${JSON.stringify(rdmaRecipe)};
     const progress = ({ kind }) => { if (kind === "guest.up") process.stdout.write("up"); };
     await openVmTestbed({ recipe, hosts: ["client", "server"], progress });`,
  );
  const owner = spawn(process.execPath, [script], {
    env: { ...process.env, XDG_RUNTIME_DIR: runtime },
    stdio: ["ignore", "pipe", "inherit"],
  });
  await new Promise((resolve) => owner.stdout.once("data", resolve));
  expect(await qemus()).toHaveLength(2);
  owner.kill("SIGKILL");
  await vi.waitFor(async () => expect(await qemus()).toEqual([]), { timeout: 2000 });

  expect(await readdir(runtime)).toEqual(expect.arrayContaining([expect.stringMatching(/^hosts/)]));
  vi.stubEnv("XDG_RUNTIME_DIR", runtime);
  await interruptedAt("guest.boot");
});

/** Opens a testbed and stops that as soon as it tells of a moment. */
async function interruptedAt(moment: string) {
  const abort = new AbortController();
  const progress: VmTestbedOptions["progress"] = ({ kind }) => {
    if (kind === moment) abort.abort();
  };
  await interrupted({ ...options, progress, signal: abort.signal });
}

/** Opens a testbed that has to be interrupted; one that opens all the same is closed again. */
async function interrupted(interruptedOptions: VmTestbedOptions) {
  const opening = openVmTestbed(interruptedOptions).then((testbed) =>
    testbed[Symbol.asyncDispose](),
  );
  await expect(opening).rejects.toMatchObject({ code: "INTERRUPTED" });
}

/** Guests of the tests: QEMUs whose directory is below the tests' runtime directory. */
async function qemus(): Promise<string[]> {
  const found: string[] = [];
  for (const pid of (await readdir("/proc")).filter((name) => /^\d+$/.test(name))) {
    const line = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
    const environment = await readFile(`/proc/${pid}/environ`, "utf8").catch(() => "");
    if (line.startsWith("qemu-system") && environment.includes(runtime)) found.push(pid);
  }
  return found;
}

/** A cache whose image has another first process. */
async function brokenCache(): Promise<string> {
  const directory = await mkdtemp(join(runtime, "cache-"));
  const { key } = await guestImage({ recipe: rdmaRecipe, cacheDirectory });
  const guest = join(cacheDirectory, "guest");
  for (const name of await readdir(guest)) {
    if (name.endsWith(".json")) await cp(join(guest, name), join(directory, "guest", name));
  }
  const image = join(directory, "guest", key);
  await cp(join(guest, key), image, { recursive: true });
  const extra = join(directory, "extra");
  // what it has said is lost where the kernel dies before the console has sent it
  const content = "#!/bin/sh\necho no fun at all\nsleep 1\nexit 3\n";
  await writeArchive(extra, [{ path: "init", type: "file", mode: 0o755, content }]);
  await writeFile(join(image, "initramfs"), await readFile(extra), { flag: "a" });
  return directory;
}
