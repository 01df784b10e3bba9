import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { defineSystem } from "../system.js";
import { notedKernel, noteKernel } from "./noted-kernel.js";

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "hoststack-test-"));
  vi.stubEnv("XDG_CACHE_HOME", directory);
});
afterEach(() => rm(directory, { recursive: true }));

const lab = (version: string) =>
  defineSystem({
    ...{ name: "lab", version: "1.0.0", summary: "a lab", experiments: {}, suites: {} },
    kernels: { patched: { summary: "patched", version, tarball: "https://example.org/l.tar.gz" } },
    guest: () => {
      throw new Error("not of this test");
    },
  });

test("guests boot what was built last, as long as it is there and is what the system describes", async () => {
  const built = { release: "6.0.3-hs1", directory: join(directory, "k"), configSha256: "a" };
  const system = lab("6.0.3");
  const missing = (why: string) => ({
    code: "SETUP_MISSING",
    message: expect.stringContaining(why),
    remedy: expect.stringContaining("lab kernel build patched --source PATH"),
  });
  await expect(notedKernel(system, "patched")).rejects.toMatchObject(missing("was not built"));

  await mkdir(built.directory);
  await writeFile(join(built.directory, "kernel.json"), JSON.stringify({ release: "6.0.3-hs1" }));
  await noteKernel(system, "patched", built);
  expect(await notedKernel(system, "patched")).toEqual(built);
  await expect(notedKernel(lab("6.0.4"), "patched")).rejects.toMatchObject(missing("not built"));

  await writeFile(join(built.directory, "kernel.json"), JSON.stringify({ release: "6.0.3-hs2" }));
  await expect(notedKernel(system, "patched")).rejects.toMatchObject(missing("files are gone"));
  await rm(built.directory, { recursive: true });
  await expect(notedKernel(system, "patched")).rejects.toMatchObject(missing("files are gone"));
});
