import {
  chmod,
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Detached } from "../../src/host/detached/detached.js";
import { findDetached, findOne } from "../../src/host/detached/find.js";
import { followDetached } from "../../src/host/detached/follow.js";
import { beatDetached } from "../../src/host/detached/lease.js";
import { removeDetached } from "../../src/host/detached/remove.js";
import { startDetached } from "../../src/host/detached/start.js";
import { stopDetached } from "../../src/host/detached/stop.js";
import type { Host } from "../../src/host/host.js";
import { openLocalTransport } from "../../src/host/local.js";
import { openHost } from "../../src/host/open-host.js";
import type { Transport } from "../../src/host/transport.js";

const leaseMs = 60_000;
let host: Host;
let directory: string;
const hostOf = (transport: Transport): Host =>
  openHost({ name: "server", machine: { id: "server" }, transport });

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "hoststack-test-"));
  host = hostOf(openLocalTransport());
});
afterEach(async () => {
  for (const one of await findDetached(host, directory)) await stopDetached(host, one);
  await host[Symbol.asyncDispose]();
  await rm(directory, { recursive: true, force: true });
});

const start = (id: string, argv: readonly [string, ...string[]], on = host) =>
  startDetached(on, { id, command: { argv }, directory, leaseMs });

async function over({ path }: Detached): Promise<Detached> {
  for (let tries = 0; tries < 200; tries++) {
    const found = await findOne(host, path);
    if (found.state.state !== "running") return found;
    await sleep(50);
  }
  throw new Error("it still runs");
}

async function text(pieces: AsyncIterable<Uint8Array>): Promise<string> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all).toString();
}

test("one that is being started is not taken for one that never ran", async () => {
  const bin = join(directory, "bin");
  await mkdir(bin);
  await writeFile(join(bin, "setsid"), '#!/bin/sh\nsleep 0.7\nexec /usr/bin/setsid "$@"\n');
  await chmod(join(bin, "setsid"), 0o755);
  const local = openLocalTransport();
  const env = { PATH: `${bin}:${process.env["PATH"]}` };
  await using slow = hostOf({
    kind: "local",
    start: (command, options) => local.start({ ...command, env }, options),
    [Symbol.asyncDispose]: () => local[Symbol.asyncDispose](),
  });
  let started = false;
  const starting = start("one", ["sleep", "100"], slow).finally(() => {
    started = true;
  });
  const seen = new Set<string>();
  while (!started) {
    for (const one of await findDetached(host, directory)) {
      seen.add(one.state.state);
      const removed = await removeDetached(host, one).catch(({ code }) => code);
      expect([false, "COMMAND_FAILED"]).toContain(removed);
    }
  }
  expect([...seen]).toEqual(["running"]);
  expect((await starting).state).toEqual({ state: "running" });
});

test("an id whose program is missing is free again at once", async () => {
  for (let time = 0; time < 20; time++) {
    await expect(start("one", ["no-such-program"])).rejects.toMatchObject({ code: "TOOL_MISSING" });
  }
  expect(await readdir(directory)).toEqual([]);
});

test("directories of others are passed over", async () => {
  for (const name of ["a b", "new\nline", "-n", "plain"]) {
    await mkdir(join(directory, name));
    await writeFile(join(directory, name, name === "plain" ? "other" : "command"), "x");
  }
  const one = await start("one", ["sleep", "100"]);
  expect((await findDetached(host, directory)).filter(({ id }) => id !== "-n")).toEqual([one]);
});

test("hundreds that a reboot ended are found without waiting for each", async () => {
  const one = await start("one", ["sleep", "100"]);
  await stopDetached(host, one);
  await rm(join(one.path, "ending"));
  await writeFile(join(one.path, "process"), "00000000-0000-0000-0000-000000000000 7 7\n");
  for (let index = 0; index < 320; index++) {
    await cp(one.path, join(directory, `copy-${index}`), { recursive: true });
  }
  const found = await findDetached(host, directory);
  expect(found).toHaveLength(321);
  expect(found.at(-1)?.state).toEqual({ state: "lost", why: "rebooted" });
});

test("a host whose shells complain is followed to the end all the same", async () => {
  const local = openLocalTransport();
  const complaint = 'echo "sh: warning: setlocale: cannot change locale" >&2; exec "$@"';
  await using noisy = hostOf({
    kind: "local",
    start: ({ argv, ...command }, options) =>
      local.start({ ...command, argv: ["sh", "-c", complaint, "sh", ...argv] }, options),
    [Symbol.asyncDispose]: () => local[Symbol.asyncDispose](),
  });
  const one = await start("one", ["sh", "-c", "echo a; sleep 1; echo b"]);
  expect(await text(followDetached(noisy, one, { intervalMs: 100 }))).toBe("a\nb\n");
});

test.each([-1, 1.5, Number.NaN])("it is not read from byte %d", async (offset) => {
  const one = await start("one", ["echo", "a"]);
  await expect(text(followDetached(host, one, { offset }))).rejects.toMatchObject({
    code: "OPTIONS_INVALID",
    details: { field: "offset" },
  });
});

test("a lease longer than a timer can wait is not renewed all the time", async () => {
  const one = await start("one", ["sleep", "100"]);
  const lease = join(one.path, "lease");
  const before = (await stat(lease)).ino;
  using _ = beatDetached(host, { ...one, leaseMs: 2 ** 40 });
  await sleep(500);
  expect((await stat(lease)).ino).toBe(before);
});

test("it is removed with its output when it is over, and only then", async () => {
  const running = await start("one", ["sleep", "100"]);
  await expect(removeDetached(host, running)).rejects.toMatchObject({
    code: "COMMAND_FAILED",
    message: expect.stringContaining("still runs"),
    remedy: expect.stringContaining("stopDetached"),
  });
  const first = await stopDetached(host, running);
  expect(await removeDetached(host, first)).toBe(true);
  expect(await readdir(directory)).toEqual([]);
  expect(await removeDetached(host, first)).toBe(false);
  await expect(text(followDetached(host, first))).rejects.toMatchObject({
    code: "COMMAND_FAILED",
    message: `there is no detached command in ${first.path} on server`,
  });
  const second = await over(await start("one", ["echo", "second"]));
  expect(await removeDetached(host, first)).toBe(false);
  expect(await readFile(join(second.path, "stdout"), "utf8")).toBe("second\n");
});
