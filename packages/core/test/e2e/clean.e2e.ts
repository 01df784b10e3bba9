import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import {
  chmod,
  copyFile,
  mkdir,
  mkdtemp,
  readdir,
  rename,
  rm,
  symlink,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { cleanCommand } from "../../src/cli/clean-command.js";
import { recordedTerminal } from "../../src/cli/recorded-terminal.js";
import { processToken } from "../../src/host/process-token.js";
import { publishedDirectory } from "../../src/packages/owned-directory.js";
import { digest, replaceFile } from "../../src/packages/unpacked-packages.js";
import { cleanCache } from "../../src/reap/cache/clean-cache.js";
import { findCache } from "../../src/reap/cache/find-cache.js";

let home: string;
let cache: string;
const children: ChildProcess[] = [];
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "hoststack-test-"));
  cache = join(home, "XDG_CACHE_HOME", "hoststack");
  for (const name of ["XDG_CACHE_HOME", "XDG_RUNTIME_DIR"]) {
    await mkdir(join(home, name));
    vi.stubEnv(name, join(home, name));
  }
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  await rm(home, { recursive: true, force: true });
});

/** Something cached, with the note that leads to it. */
async function cached(part: string, name: string): Promise<string> {
  const parent = join(cache, part);
  const key = digest([part, name]);
  const path = await publishedDirectory({
    parent,
    key,
    build: async (directory) => {
      await copyFile("/bin/sleep", join(directory, "content"));
      await chmod(join(directory, "content"), 0o755);
    },
  });
  await replaceFile(join(parent, `${digest(["index", part, name])}.json`), JSON.stringify({ key }));
  return path;
}

const start = async (program: string, ...args: string[]) => {
  const child = spawn(program, args, { stdio: "ignore" });
  children.push(child);
  await once(child, "spawn");
  return child;
};

const call = async (...argv: string[]) => {
  const terminal = recordedTerminal();
  const code = await cleanCommand("lab", argv, terminal);
  return { code, out: terminal.out.text(), err: terminal.err.text() };
};

test("what nobody uses goes, with its note; what is shown before is what goes", async () => {
  const gone = [await cached("guest", "a"), await cached("snapshots", "a")];
  gone.push(await cached("packages", "a"));
  const deb = join(cache, "apt/cache/archives/x_1_amd64.deb");
  await mkdir(join(deb, ".."), { recursive: true });
  await writeFile(deb, Buffer.alloc(100_000));
  gone.push(deb);
  expect((await call()).out).not.toContain("removed");
  const shown = await call("--dry-run", "--older-than", "0");
  expect(shown.code).toBe(0);
  expect(shown.err).toMatch(/^4 \(.* MiB\) would be removed, 0 \(0.0 MiB\) kept\n$/);
  for (const path of gone) {
    expect(shown.out).toContain(path === deb ? "1 package files" : path);
    expect(existsSync(path)).toBe(true);
  }
  const { out, code } = await call("--older-than", "0");
  expect(code).toBe(0);
  expect(out).toBe(shown.out.replaceAll("would go", "removed "));
  for (const part of ["guest", "snapshots", "packages", "apt/cache/archives"]) {
    expect(await readdir(join(cache, part))).toEqual([]);
  }
});

test("what was made or used lately stays", async () => {
  const old = await cached("guest", "old");
  await sleep(1500);
  const fresh = await cached("guest", "fresh");
  const { removed, kept, failed } = await cleanCache({ olderThanMs: 1200 });
  expect([removed, kept].map((list) => list.map(({ path }) => path))).toEqual([[old], [fresh]]);
  expect(failed).toEqual([]);
  expect((await readdir(join(cache, "guest"))).toSorted()).toEqual(
    [digest(["guest", "fresh"]), `${digest(["index", "guest", "fresh"])}.json`].toSorted(),
  );
});

test("what a living process runs from, was told of, or reads by another name stays", async () => {
  const paths = [await cached("packages", "runs"), await cached("snapshots", "told")];
  paths.push(await cached("guest", "free"));
  const [runs = "", told = ""] = paths;
  await start(join(runs, "content"), "1000");
  await start("sh", "-c", "sleep 1000; :", "sh", `-kernel=${told}/state`);
  await rename(cache, join(home, "elsewhere"));
  await symlink(join(home, "elsewhere"), cache);
  const { removed, kept } = await cleanCache({ olderThanMs: 0 });
  expect(removed.map(({ path }) => path)).toEqual([paths[2]]);
  expect(kept.map(({ path }) => path).toSorted()).toEqual([runs, told].toSorted());
  expect(kept.every(({ inUse }) => /^process \d+ uses it$/.test(inUse ?? ""))).toBe(true);
});

test("while a process has guests or builds, all it could use stays", async () => {
  await cached("guest", "a");
  await cached("packages", "a");
  const { pid } = await start("sleep", "1000");
  const owned = join(home, "XDG_RUNTIME_DIR", `hoststack-vm-${processToken(pid)}.x`);
  await mkdir(owned);
  const uses = async () => (await findCache()).map(({ kind, inUse }) => [kind, inUse]).toSorted();
  const packages = ["unpacked packages", undefined];
  expect(await uses()).toEqual([["guest image", `process ${pid} is at work`], packages]);
  await rm(owned, { recursive: true });
  expect(await uses()).toEqual([["guest image", undefined], packages]);
  await mkdir(join(cache, "packages", `.building-${processToken(pid)}.x`));
  expect(await uses()).toEqual([["guest image", `process ${pid} is at work`], packages]);
});

test("nothing that others put there is touched", async () => {
  await cached("guest", "a");
  const others = ["guest/mine", "guest/notes.json", "snapshots/0123", "other/x", "apt/apt.conf"];
  for (const path of others) {
    await mkdir(join(cache, path, ".."), { recursive: true });
    await writeFile(join(cache, path), '{"key":"../.."}');
  }
  const target = join(home, "target");
  await mkdir(target);
  await writeFile(join(target, "precious"), "x");
  await symlink(target, join(cache, "guest", "0123456789abcdef0123"));
  const { removed } = await cleanCache({ olderThanMs: 0 });
  expect(removed).toHaveLength(1);
  expect(others.filter((path) => !existsSync(join(cache, path)))).toEqual([]);
  expect(existsSync(join(target, "precious"))).toBe(true);
  expect(existsSync(join(cache, "guest", "0123456789abcdef0123"))).toBe(true);
});

test.each([
  [["--older-than", "soon"], "--older-than"],
  [["all"], "clean takes flags only"],
  [["--dryrun"], "there is no flag --dryrun"],
])("%j is refused", async (argv, words) => {
  await expect(call(...argv)).rejects.toMatchObject({
    code: "OPTIONS_INVALID",
    message: expect.stringContaining(words),
    remedy: expect.any(String),
  });
});
