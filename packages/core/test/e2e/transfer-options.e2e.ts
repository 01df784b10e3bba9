import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Host } from "../../src/host/host.js";
import { openLocalTransport } from "../../src/host/local.js";
import { openHost } from "../../src/host/open-host.js";
import { digestPrograms } from "../../src/host/transfer/digest.js";
import { getFile } from "../../src/host/transfer/get-file.js";
import { putFile } from "../../src/host/transfer/put-file.js";
import { putTree } from "../../src/host/transfer/put-tree.js";
import type { Transport } from "../../src/host/transport.js";

let home: string;
let host: Host;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "hoststack-transfer-"));
  const transport = openLocalTransport();
  host = openHost({ name: "server", machine: { id: "server" }, transport });
  await writeFile(join(home, "file"), "text");
});
afterEach(async () => {
  await host[Symbol.asyncDispose]();
  await rm(home, { recursive: true, force: true });
});

const files = () => ({ localPath: join(home, "file"), path: join(home, "copy") });

test.each([
  ["stallMs", 0],
  ["stallMs", Number.NaN],
  ["stallMs", Number.POSITIVE_INFINITY],
  ["stallMs", 2 ** 31],
  ["mode", -1],
  ["mode", 0o10000],
  ["mode", Number.NaN],
])("%s is refused when it is %d, and nothing is done", async (field, value) => {
  for (const transfer of [putFile, getFile]) {
    await expect(
      (async () => await transfer(host, { ...files(), [field]: value }))(),
    ).rejects.toMatchObject({
      code: "OPTIONS_INVALID",
      message: expect.stringContaining(field),
      remedy: expect.any(String),
      details: { field },
    });
  }
  expect(await readdir(home)).toEqual(["file"]);
});

test.each(["/etc", "../x", "a/../b", ""])("%j cannot be left out of a tree", async (path) => {
  await mkdir(join(home, "tree"));
  const options = { localPath: join(home, "tree"), path: join(home, "copy"), exclude: [path] };
  await expect((async () => await putTree(host, options))()).rejects.toMatchObject({
    code: "OPTIONS_INVALID",
    details: { field: "exclude" },
  });
});

test("a path to leave out may be written as the shell completes it", async () => {
  await mkdir(join(home, "tree/src/build"), { recursive: true });
  const exclude = ["./src/build/"];
  await putTree(host, { localPath: join(home, "tree"), path: join(home, "copy"), exclude });
  expect(await readdir(join(home, "copy/src"))).toEqual([]);
});

test("a path that names no place is told by its field", async () => {
  const getting = async () => await getFile(host, { path: join(home, "file"), localPath: "" });
  await expect(getting()).rejects.toMatchObject({ details: { field: "localPath" } });
  const putting = async () => await putFile(host, { ...files(), path: "a/.." });
  await expect(putting()).rejects.toMatchObject({ details: { field: "path" } });
});

test("a pipe in place of a file is refused, not waited for", async () => {
  const pipe = join(home, "pipe");
  await promisify(execFile)("mkfifo", [pipe]);
  const putting = putFile(host, { localPath: pipe, path: join(home, "copy") });
  await expect(putting).rejects.toMatchObject({
    code: "TRANSFER_FAILED",
    message: `"${pipe}" is not a file`,
  });
});

test("a host that talks on and on is given up", async () => {
  const bin = join(home, "bin");
  await mkdir(bin);
  await writeFile(join(bin, "b2sum"), "#!/bin/sh\ncat >/dev/null; exec cat /dev/zero\n");
  await chmod(join(bin, "b2sum"), 0o755);
  const local = openLocalTransport();
  const env = { PATH: `${bin}:${process.env["PATH"]}` };
  await using babbling = openHost({
    name: "babbling",
    machine: { id: "server" },
    transport: {
      kind: "local",
      start: (command, options) => local.start({ ...command, env }, options),
      [Symbol.asyncDispose]: () => local[Symbol.asyncDispose](),
    },
  });
  const putting = putFile(babbling, { ...files(), stallMs: 1500 });
  await expect(putting).rejects.toMatchObject({ code: "TRANSFER_FAILED" });
});

const mebibyte = 1024 * 1024;

test.each([0, 1, 65_536, 65_537, 32 * mebibyte, 65 * mebibyte + 7])(
  "a file of %d bytes arrives whole",
  async (size) => {
    const content = randomBytes(size);
    await writeFile(files().localPath, content);
    await putFile(host, files());
    expect(content.equals(await readFile(files().path))).toBe(true);
  },
);

/** This machine with a program of its own in place of one. */
async function hostWith(name: string, text: string): Promise<Host> {
  const bin = join(home, "bin");
  await mkdir(bin);
  await writeFile(join(bin, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  const local = openLocalTransport();
  const env = { PATH: `${bin}:${process.env["PATH"]}` };
  const transport: Transport = {
    kind: "local",
    start: (command, options) => local.start({ ...command, env }, options),
    [Symbol.asyncDispose]: () => local[Symbol.asyncDispose](),
  };
  return openHost({ name: "server", machine: { id: "server" }, transport });
}

test.each([0, 1, 33 * mebibyte])(
  "where dd cannot wait for whole blocks a file of %d bytes arrives whole",
  async (size) => {
    await using plain = await hostWith(
      "dd",
      'for word; do [ "$word" != iflag=fullblock ] || exit 1; done; exec /bin/dd "$@"',
    );
    const content = randomBytes(size);
    await writeFile(files().localPath, content);
    await putFile(plain, files());
    expect(content.equals(await readFile(files().path))).toBe(true);
  },
);

test("a file of which a part changes on its way is refused, and what was there stays", async () => {
  // of the second stretch alone
  await using bad = await hostWith(
    "dd",
    `case "$*" in *skip=512*) /bin/dd "$@" | tr '\\000' '\\001' ;; *) exec /bin/dd "$@" ;; esac`,
  );
  await writeFile(files().localPath, Buffer.alloc(40 * mebibyte));
  await writeFile(files().path, "old");
  await expect(putFile(bad, files())).rejects.toMatchObject({
    code: "TRANSFER_FAILED",
    message: expect.stringContaining("arrived at server other than it was sent"),
  });
  expect(await readFile(files().path, "utf8")).toBe("old");
  expect((await readdir(home)).toSorted()).toEqual(["bin", "copy", "file"]);
});

const cpuFlags = readFileSync("/proc/cpuinfo", "utf8").slice(0, 8192);
const isQuick =
  /\b(sha_ni|sha2)\b/.test(cpuFlags) && digestPrograms(65 * mebibyte).includes("openssl");

test.skipIf(!isQuick)("openssl is used for a large file where CPUs help it", async () => {
  const calls = join(home, "calls");
  await using quick = await hostWith("openssl", `echo x >>${calls}; exec /usr/bin/openssl "$@"`);
  for (const [size, times] of [
    [1024, 0],
    // one to see whether it works, one for each stretch
    [65 * mebibyte, 4],
  ] as const) {
    await writeFile(files().localPath, randomBytes(size));
    await writeFile(calls, "");
    await putFile(quick, files());
    expect((await readFile(calls, "utf8")).length / 2).toBe(times);
  }
});

test.each([
  ["that fails", "exit 1"],
  ["that computes something else", "exec md5sum"],
])("an openssl %s is not used", async (_, text) => {
  await using odd = await hostWith("openssl", text);
  const content = randomBytes(65 * mebibyte);
  await writeFile(files().localPath, content);
  await putFile(odd, files());
  expect(content.equals(await readFile(files().path))).toBe(true);
});

test("a disk that is full is said", async () => {
  await using full = await hostWith(
    "dd",
    'case "$*" in *count=0*) exit 0 ;; esac; exec /bin/dd "$@" >/dev/full',
  );
  await writeFile(files().localPath, Buffer.alloc(40 * mebibyte));
  await expect(putFile(full, files())).rejects.toMatchObject({
    code: "TRANSFER_FAILED",
    message: expect.stringContaining("No space left on device"),
  });
});
