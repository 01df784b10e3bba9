import { createHash, randomBytes } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Host } from "../../src/host/host.js";
import { getFile } from "../../src/host/transfer/get-file.js";
import { getTree } from "../../src/host/transfer/get-tree.js";
import { putFile } from "../../src/host/transfer/put-file.js";
import { putTree } from "../../src/host/transfer/put-tree.js";
import { makeAwkwardTree } from "./awkward-tree.js";
import { treeContents } from "./tree-contents.js";

/** Where a test transfers from and to; the host sees the files of this machine. */
interface Places {
  readonly host: Host;
  readonly home: string;
  readonly here: (name: string) => string;
  readonly there: (name: string) => string;
}

/** What transfers keep, over a host that sees the files of this machine. */
export function transferContract(title: string, open: () => Promise<Host>): void {
  describe(title, () => {
    let places: Places;
    beforeEach(async () => {
      const home = await mkdtemp(join(tmpdir(), "hoststack-transfer-"));
      const [here, there] = ["here", "there"].map(
        (side) => (name: string) => join(home, side, name),
      );
      if (here === undefined || there === undefined) throw new Error("two sides");
      places = { host: await open(), home, here, there };
      await mkdir(here(""));
      await mkdir(there(""));
    });
    afterEach(async () => {
      await places.host[Symbol.asyncDispose]();
      await rm(places.home, { recursive: true, force: true });
    });
    testFiles(() => places);
    testTrees(() => places);
    testChanges(() => places);
    testRefusals(() => places);
    testMemory(() => places);
  });
}

/** Single files. */
function testFiles(places: () => Places): void {
  test("files arrive as they are, with their permissions", async () => {
    const { host, here, there } = places();
    for (const [name, content] of Object.entries({
      "-n 'quoted'\n": randomBytes(3_000_001),
      empty: Buffer.alloc(0),
    })) {
      await writeFile(here(name), content, { mode: 0o640 });
      await putFile(host, { localPath: here(name), path: there(name) });
      await putFile(host, { localPath: here(name), path: there("again"), mode: 0o755 });
      await getFile(host, { path: there(name), localPath: here("back") });
      await getFile(host, { path: there(name), localPath: here("again"), mode: 0o600 });
      for (const path of [there(name), there("again"), here("back"), here("again")]) {
        expect((await readFile(path)).equals(content)).toBe(true);
      }
      const modes = [there(name), there("again"), here("back"), here("again")].map(
        async (path) => (await stat(path)).mode & 0o7777,
      );
      expect(await Promise.all(modes)).toEqual([0o640, 0o755, 0o640, 0o600]);
    }
    expect((await readdir(there(""))).toSorted()).toEqual(["-n 'quoted'\n", "again", "empty"]);
  });
}

/** Whole trees. */
function testTrees(places: () => Places): void {
  test("trees go there and back unchanged, and a second time not at all", async () => {
    const { host, here, there } = places();
    await makeAwkwardTree(here("tree"));
    const contents = await treeContents(here("tree"));
    const put = { localPath: here("tree"), path: there("tree") };
    const get = { path: there("tree"), localPath: here("back") };
    const files = contents.filter((line) => !/ -> |\/ \d+$/.test(line)).length;
    expect(await putTree(host, put)).toMatchObject({ transferredFiles: files, unchanged: false });
    expect(await treeContents(there("tree"))).toEqual(contents);
    expect((await stat(there("tree/plain"))).mtimeMs).toBe(1_000_000_000_000);
    expect(await getTree(host, get)).toMatchObject({ transferredFiles: files, unchanged: false });
    expect(await treeContents(here("back"))).toEqual(contents);
    expect((await stat(here("back/plain"))).mtimeMs).toBe(1_000_000_000_000);
    const none = { transferredFiles: 0, transferredBytes: 0, unchanged: true };
    expect(await putTree(host, put)).toMatchObject(none);
    expect(await getTree(host, get)).toMatchObject(none);
    expect(await readdir(there(""))).toEqual(["tree"]);
    expect((await readdir(here(""))).toSorted()).toEqual(["back", "tree"]);
  });

  test("what is excluded stays here", async () => {
    const { host, here, there } = places();
    await mkdir(here("tree/src/build"), { recursive: true });
    await mkdir(here("tree/.git"));
    for (const path of ["build", "src/build/x", "src/keep", ".git/config"]) {
      await writeFile(here(join("tree", path)), path);
    }
    const exclude = [".git/", "src/build"];
    await putTree(host, { localPath: here("tree"), path: there("tree"), exclude });
    const lines = await treeContents(there("tree"));
    expect(lines.map((line) => line.split(" ")[0])).toEqual(["/build", "/src/", "/src/keep"]);
  });
}

/** Trees of which some is there already. */
function testChanges(places: () => Places): void {
  test("only what differs is sent, and what is gone goes", async () => {
    const { host, here, there } = places();
    await makeAwkwardTree(here("tree"));
    await putTree(host, { localPath: here("tree"), path: there("tree") });
    await getTree(host, { path: there("tree"), localPath: here("back") });
    const inode = (await stat(there("tree/large"))).ino;
    await writeFile(here("tree/plain"), "other\n");
    await writeFile(here("tree/added"), "added");
    await chmod(here("tree/run.sh"), 0o700);
    await rm(here("tree/a b"), { recursive: true });
    await symlink("closed", here("tree/a b"));
    await rm(here("tree/link"));
    await mkdir(here("tree/link"));
    await writeFile(here("tree/link/within"), "a file below what was a link");
    const contents = await treeContents(here("tree"));
    const changes = { transferredFiles: 4, transferredBytes: 6 + 5 + 10 + 28, unchanged: false };
    const put = await putTree(host, { localPath: here("tree"), path: there("tree") });
    expect(put).toMatchObject(changes);
    expect(await treeContents(there("tree"))).toEqual(contents);
    expect((await stat(there("tree/large"))).ino).toBe(inode);
    const get = await getTree(host, { path: there("tree"), localPath: here("back") });
    expect(get).toMatchObject(changes);
    expect(await treeContents(here("back"))).toEqual(contents);
  });
}

/** What is not transferred. */
function testRefusals(places: () => Places): void {
  test("what cannot be put in place is said and leaves what was there", async () => {
    const { host, home, here, there } = places();
    await writeFile(here("file"), "new");
    await mkdir(here("tree"));
    await mkdir(there("directory"));
    await writeFile(there("file"), "old");
    const refused = [
      putFile(host, { localPath: here("file"), path: there("directory") }),
      putFile(host, { localPath: here("file"), path: there("missing/file") }),
      putFile(host, { localPath: here("missing"), path: there("file") }),
      putFile(host, { localPath: here("tree"), path: there("file") }),
      putTree(host, { localPath: here("tree"), path: there("file") }),
      putTree(host, { localPath: here("tree"), path: there("missing/tree") }),
      putTree(host, { localPath: here("file"), path: there("tree") }),
      getFile(host, { path: there("missing"), localPath: here("file") }),
      getFile(host, { path: there("directory"), localPath: here("file") }),
      getFile(host, { path: there("file"), localPath: here("missing/file") }),
      getTree(host, { path: there("missing"), localPath: here("tree") }),
      getTree(host, { path: there("file"), localPath: here("tree") }),
    ];
    for (const result of await Promise.allSettled(refused)) {
      expect(result).toMatchObject({ reason: { code: "TRANSFER_FAILED" } });
    }
    expect(() => putFile(host, { localPath: here("file"), path: "/" })).toThrow("not the path");
    const { stdout } = await host.run({ argv: ["find", home, "-name", ".*"] });
    expect(stdout).toBe("");
    expect(await readFile(there("file"), "utf8")).toBe("old");
    expect(await readFile(here("file"), "utf8")).toBe("new");
  });

  test("sockets and pipes are refused by name", async () => {
    const { host, here, there } = places();
    for (const root of [here("tree"), there("tree")]) {
      await mkdir(root);
      await host.run({ argv: ["mkfifo", join(root, "a pipe")] });
    }
    const put = putTree(host, { localPath: here("tree"), path: there("new") });
    const get = getTree(host, { path: there("tree"), localPath: here("new") });
    for (const result of await Promise.allSettled([put, get])) {
      expect(result).toMatchObject({
        reason: { code: "TRANSFER_FAILED", message: expect.stringContaining('"a pipe"') },
      });
    }
  });
}

/** Large files. */
function testMemory(places: () => Places): void {
  test("memory stays bounded", async () => {
    const { host, here, there } = places();
    const size = 256 * 1024 * 1024;
    const zeros = createReadStream("/dev/zero", { end: size - 1 });
    await pipeline(zeros, createWriteStream(here("big")));
    const before = process.memoryUsage.rss();
    let most = 0;
    const watch = setInterval(() => {
      most = Math.max(most, process.memoryUsage.rss() - before);
    }, 20);
    await putFile(host, { localPath: here("big"), path: there("big") });
    await getFile(host, { path: there("big"), localPath: here("back") });
    clearInterval(watch);
    const hash = createHash("sha256");
    await pipeline(createReadStream(here("back")), hash);
    expect(hash.digest("hex")).toBe(
      "a6d72ac7690f53be6ae46ba88506bd97302a093f7108472bd9efc3cefda06484",
    );
    expect(most).toBeLessThan(128 * 1024 * 1024);
  });
}
