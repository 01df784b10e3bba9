import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { compileScript } from "./make-scripts.js";
import { objectsPath } from "./make-text.js";

let line: string;
beforeEach(async () => {
  line = await mkdtemp(join(tmpdir(), "hoststack-test-"));
  await put("tree/Makefile", 0, "all:\n\t@:\n");
  await put("stamps/patch", 0, "patched\n");
  await put("stamps/configure", 0, "configured\n");
  await put("building", 0);
});
afterEach(() => rm(line, { recursive: true, force: true }));

/** A file of a time, in seconds. */
async function put(path: string, time: number, text = ""): Promise<void> {
  const file = join(line, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
  await utimes(file, 1000 + time, 1000 + time);
}

/** What is still there of some files after a build has gone on from a killed one. */
function kept(...paths: readonly string[]): readonly string[] {
  const keys = ["tag", "patched", "configured", join(line, "kernels"), "{}"];
  execFileSync("sh", ["-c", compileScript, "sh", line, ...keys]);
  return paths.filter((path) => existsSync(join(line, path)));
}

const archive = `${objectsPath}/tools/objtool/libsubcmd.a`;
const object = `${objectsPath}/kernel/fork.o`;

test("a killed build keeps its objects but the one that was being written", async () => {
  const half = `${objectsPath}/kernel/exit.o`;
  const unnoted = `${objectsPath}/kernel/cpu.o`;
  await put(object, 10);
  await put(`${objectsPath}/kernel/.fork.o.cmd`, 11);
  await put(half, 12);
  await put(`${objectsPath}/kernel/.exit.o.cmd`, 5);
  await put(unnoted, 12);
  expect(kept(object, half, unnoted)).toEqual([object]);
});

test("tools without a note stay when an object was made with them, else they are made again", async () => {
  await put(archive, 1);
  await put(`${objectsPath}/tools/objtool/objtool`, 2);
  // a tool's own object says nothing of the others
  await put(`${objectsPath}/arch/x86/tools/relocs.o`, 3);
  await put(`${objectsPath}/arch/x86/tools/.relocs.o.cmd`, 4);
  expect(kept(archive)).toEqual([]);

  await put("building", 0);
  await put(archive, 1);
  await put(object, 10);
  await put(`${objectsPath}/kernel/.fork.o.cmd`, 11);
  expect(kept(archive, object)).toEqual([archive, object]);
});
