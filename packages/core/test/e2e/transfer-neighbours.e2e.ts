import { execFile } from "node:child_process";
import {
  chmod,
  chown,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  utimes,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Host } from "../../src/host/host.js";
import { openLocalTransport } from "../../src/host/local.js";
import { openHost } from "../../src/host/open-host.js";
import { getFile } from "../../src/host/transfer/get-file.js";
import { getTree } from "../../src/host/transfer/get-tree.js";
import { putFile } from "../../src/host/transfer/put-file.js";
import { putTree } from "../../src/host/transfer/put-tree.js";
import type { Transport } from "../../src/host/transport.js";
import { packageTree } from "../support/ssh-server.js";
import { treeContents } from "../support/tree-contents.js";
import { bundledScript, removeBundledScripts } from "./vm-bundled-script.js";

const run = promisify(execFile);
const root = process.getuid?.() === 0;
const hostOf = (transport: Transport): Host =>
  openHost({ name: "server", machine: { id: "server" }, transport });

/** This machine, with every command run by way of another. */
const hostBy = (...way: [string, ...string[]]): Host => {
  const local = openLocalTransport();
  return hostOf({
    kind: "local",
    start: (command, options) =>
      local.start({ ...command, argv: [...way, ...command.argv] }, options),
    [Symbol.asyncDispose]: () => local[Symbol.asyncDispose](),
  });
};

/** A directory with nothing but the programs of busybox. */
async function busyboxTools(): Promise<string> {
  const bin = join(home, "bin");
  await mkdir(bin);
  await run(`${await packageTree("busybox-static")}/bin/busybox`, ["--install", "-s", bin]);
  return bin;
}

let home: string;
const from = (name: string) => join(home, "from", name);
const to = (name: string) => join(home, "to", name);

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "hoststack-transfer-"));
  for (const path of [from("tree"), to("tree")]) await mkdir(path, { recursive: true });
  await writeFile(from("file"), "new");
  await writeFile(from("tree/new"), "new");
  await writeFile(to("tree/old"), "old");
});
afterEach(() => rm(home, { recursive: true, force: true }));
afterAll(removeBundledScripts);

describe("others who transfer to the same place at the same time", () => {
  test("each file arrives whole, and none trips over another's", async () => {
    await using host = hostOf(openLocalTransport());
    for (const transfer of [
      () => getFile(host, { path: from("file"), localPath: to("file") }),
      () => putFile(host, { localPath: from("file"), path: to("file") }),
    ]) {
      await Promise.all(Array.from({ length: 20 }, transfer));
      expect(await readFile(to("file"), "utf8")).toBe("new");
    }
    expect((await readdir(to(""))).toSorted()).toEqual(["file", "tree"]);
  });

  test("trees replace each other and are never put into each other", async () => {
    const bin = join(home, "bin");
    await mkdir(bin);
    const come = join(home, "come");
    // between two renames the other one comes; it is waited for, but not for ever
    const wait = `tries=0; until [ -e ${come} ] || [ $tries = 300 ]; do tries=$((tries + 1)); sleep 0.1; done`;
    await writeFile(join(bin, "mv"), `#!/bin/sh\n/bin/mv "$@" || exit\n${wait}\n`);
    await chmod(join(bin, "mv"), 0o755);
    await using slow = hostBy("env", `PATH=${bin}:${process.env["PATH"]}`);
    await using quick = hostOf(openLocalTransport());
    const put = (host: Host) => putTree(host, { localPath: from("tree"), path: to("tree") });
    const first = put(slow);
    first.catch(() => {});
    while ((await readdir(to(""))).includes("tree")) await sleep(5);
    await put(quick);
    await writeFile(come, "");
    await expect(first).rejects.toMatchObject({
      code: "TRANSFER_FAILED",
      message: expect.stringContaining("put there meanwhile"),
    });
    expect(await treeContents(to("tree"))).toEqual(await treeContents(from("tree")));
    expect(await readdir(to(""))).toEqual(["tree"]);
  });
});

describe.skipIf(!root)("what others have there", () => {
  test("what looks like a leftover of ours but is another user's stays", async () => {
    const old = Date.now() / 1000 - 25 * 3600;
    const left = [to(".file.hoststack-abcdef"), to(".tree.hoststack-abcdef")];
    for (const path of left) {
      await mkdir(join(path, "old"), { recursive: true });
      await chown(path, 65_534, 65_534);
      await utimes(path, old, old);
    }
    await rm(to("tree"), { recursive: true });
    await using host = hostOf(openLocalTransport());
    await putFile(host, { localPath: from("file"), path: to("file") });
    await getFile(host, { path: from("file"), localPath: to("file") });
    await putTree(host, { localPath: from("tree"), path: to("tree") });
    await rm(to("tree"), { recursive: true });
    await getTree(host, { path: from("tree"), localPath: to("tree") });
    for (const path of left) expect((await lstat(path)).uid).toBe(65_534);
  });

  const mounting = 'mount --bind "$1" "$2" && shift 2 && exec "$@"';

  test.each(["sh", "busybox"])("a file system mounted in a tree of a %s host", async (shell) => {
    const within = to("tree/a b%s");
    await mkdir(within);
    await writeFile(from("precious"), "precious");
    const way = shell === "sh" ? [] : ["env", `PATH=${await busyboxTools()}`];
    const enter = ["unshare", "--mount", "sh", "-c", mounting, "sh", from(""), within] as const;
    await using host = hostBy(...enter, ...way);
    const putting = putTree(host, { localPath: from("tree"), path: to("tree") });
    await expect(putting).rejects.toMatchObject({
      code: "TRANSFER_FAILED",
      message: expect.stringContaining(`${within} is mounted`),
    });
    expect(await readFile(from("precious"), "utf8")).toBe("precious");
    expect((await readdir(to("tree"))).toSorted()).toEqual(["a b%s", "old"]);
    expect(await readdir(to(""))).toEqual(["tree"]);
  });

  test("a file system mounted in a tree of this machine", async () => {
    const within = to("tree/a b");
    await mkdir(within);
    const script = await bundledScript(
      "transfer-mount",
      `import { openLocalTransport } from "#core/host/local.ts";
      import { openHost } from "#core/host/open-host.ts";
      import { getTree } from "#core/host/transfer/get-tree.ts";
      const transport = openLocalTransport();
      await using host = openHost({ name: "h", machine: { id: "m" }, transport });
      const options = ${JSON.stringify({ path: from("tree"), localPath: to("tree") })};
      const said = await getTree(host, options).catch((error) => error);
      console.log(said.code, said.message);`,
    );
    const enter = ["--mount", "sh", "-c", mounting, "sh", from(""), within];
    const { stdout } = await run("unshare", [...enter, process.execPath, script]);
    expect(stdout).toContain(`TRANSFER_FAILED "${within}" is mounted`);
    expect(await readFile(from("file"), "utf8")).toBe("new");
    expect((await readdir(to("tree"))).toSorted()).toEqual(["a b", "old"]);
  });
});
