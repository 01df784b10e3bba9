import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, expect, test } from "vitest";
import { bypassArgv } from "./argv.js";
import { bypassRefusal, bypassReportParser } from "./report.js";

let place: string;
beforeEach(async () => {
  place = await mkdtemp(join(tmpdir(), "hoststack-test-"));
});
afterEach(() => rm(place, { recursive: true, force: true }));

/** Runs a program under the wrapper, in a process group of its own. */
function start(...argv: string[]) {
  const [program = "", ...words] = bypassArgv("vma", argv);
  const child = spawn(program, words, {
    env: { ...process.env, TMPDIR: place, LC_ALL: "C" },
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const said = Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  return { child, said };
}

test("a library that is not there is told, with the loader's words", async () => {
  const [stdout, stderr, [code]] = await start("sh", "-c", "echo figures; exit 3").said;
  expect({ stdout, code }).toEqual({ stdout: "figures\n", code: 3 });
  const report = bypassReportParser.parse(stderr);
  expect(bypassRefusal(report)).toMatch(
    /^libvma\.so is not mapped into the program; it says: ERROR: ld\.so: object 'libvma\.so' from LD_PRELOAD cannot be preloaded/,
  );
  expect(await readdir(place)).toEqual([]);
});

test("a program that ends by SIGINT still gets its report written", async () => {
  const { child, said } = start(
    ...["sh", "-c", 'trap "echo total; exit 0" INT; echo up; while :; do sleep 0.05; done'],
  );
  await once(child.stdout, "readable");
  process.kill(-(child.pid ?? 0), "SIGINT");
  const [stdout, stderr, [code]] = await said;
  expect({ stdout, code }).toEqual({ stdout: "up\ntotal\n", code: 0 });
  expect(bypassReportParser.parse(stderr)).toMatchObject({ library: "libvma.so", sockets: [] });
  expect(await readdir(place)).toEqual([]);
});
