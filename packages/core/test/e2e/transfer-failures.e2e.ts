import { execFile } from "node:child_process";
import {
  chmod,
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  rename,
  rm,
  symlink,
  utimes,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Host } from "../../src/host/host.js";
import { openLocalTransport } from "../../src/host/local.js";
import { openHost } from "../../src/host/open-host.js";
import { openSshTransport } from "../../src/host/ssh.js";
import { getFile } from "../../src/host/transfer/get-file.js";
import { getTree } from "../../src/host/transfer/get-tree.js";
import type { TransferOptions } from "../../src/host/transfer/options.js";
import { putFile } from "../../src/host/transfer/put-file.js";
import { putTree } from "../../src/host/transfer/put-tree.js";
import type { Transport } from "../../src/host/transport.js";
import { openSshServer } from "../support/ssh-server.js";

const notRoot = process.getuid?.() !== 0;
const hostOf = (transport: Transport): Host =>
  openHost({ name: "server", machine: { id: "server" }, transport });

let home: string;
const from = (name: string) => join(home, "from", name);
const to = (name: string) => join(home, "to", name);

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "hoststack-transfer-"));
  for (const path of [from(""), to(""), from("tree"), to("tree")]) await mkdir(path);
  for (const path of [from("file"), from("tree/new"), to("file"), to("tree/old")]) {
    await writeFile(path, path);
  }
});
afterEach(() => rm(home, { recursive: true, force: true }));

const transfers: Record<string, (host: Host, options?: TransferOptions) => Promise<unknown>> = {
  putFile: (host, options) =>
    putFile(host, { localPath: from("file"), path: to("file"), ...options }),
  putTree: (host, options) =>
    putTree(host, { localPath: from("tree"), path: to("tree"), ...options }),
  getFile: (host, options) =>
    getFile(host, { path: from("file"), localPath: to("file"), ...options }),
  getTree: (host, options) =>
    getTree(host, { path: from("tree"), localPath: to("tree"), ...options }),
};

/** Files that take a while to transfer and no time to make. */
async function makeLarge(): Promise<void> {
  for (const path of [from("file"), from("tree/large")]) {
    await using file = await open(path, "w");
    await file.truncate(512 * 1024 ** 2);
  }
}

const temporary = async () =>
  (await readdir(to(""))).filter((name) => name.includes(".hoststack-"));

/** Until some of it has arrived. */
async function begun(): Promise<void> {
  const find = ["-path", "*.hoststack-*", "-type", "f", "-size", "+100k", "-print"];
  for (let tries = 0; tries < 6000; tries++) {
    const { stdout } = await promisify(execFile)("find", [to(""), ...find]).catch(() => ({
      stdout: "",
    }));
    if (stdout !== "") return;
    await sleep(10);
  }
  throw new Error("the transfer did not begin");
}

/** What was there is still there, and nothing else once there was time to tidy up. */
async function expectOld(): Promise<void> {
  for (let tries = 0; tries < 100 && (await temporary()).length > 0; tries++) await sleep(50);
  expect((await readdir(to(""))).toSorted()).toEqual(["file", "tree"]);
  expect(await readFile(to("file"), "utf8")).toBe(to("file"));
  expect(await readdir(to("tree"))).toEqual(["old"]);
}

describe.skipIf(notRoot).each(Object.entries(transfers))("%s over SSH", (_, transfer) => {
  test("leaves what was there when the connection is cut", async () => {
    await makeLarge();
    await using server = await openSshServer();
    await using host = hostOf(await openSshTransport(server.options));
    const transferring = transfer(host);
    transferring.catch(() => {});
    await begun();
    server.cutConnections();
    await expect(transferring).rejects.toMatchObject({ code: "HOST_UNREACHABLE" });
    await expectOld();
  });

  test("leaves what was there when it is stopped", async () => {
    await makeLarge();
    await using server = await openSshServer();
    await using host = hostOf(await openSshTransport(server.options));
    const stop = new AbortController();
    const transferring = transfer(host, { signal: stop.signal });
    transferring.catch(() => {});
    await begun();
    stop.abort();
    await expect(transferring).rejects.toMatchObject({ code: "INTERRUPTED" });
    await expectOld();
  });

  test("gives up when nothing moves", async () => {
    await makeLarge();
    await using server = await openSshServer();
    await using host = hostOf(await openSshTransport(server.options));
    const transferring = transfer(host, { stallMs: 4000 });
    transferring.catch(() => {});
    await begun();
    server.freezeConnections();
    await expect(transferring).rejects.toMatchObject({
      code: "TRANSFER_FAILED",
      message: expect.stringContaining("stalled"),
    });
    server.cutConnections();
    await expectOld();
  });

  test("gives up on a connection that does not answer any more", async () => {
    await using server = await openSshServer();
    await using host = hostOf(await openSshTransport(server.options));
    server.freezeConnections();
    await expect(transfer(host, { stallMs: 1000 })).rejects.toMatchObject({
      code: "TRANSFER_FAILED",
      message: expect.stringContaining("stalled"),
    });
    server.cutConnections();
    await expectOld();
  });
});

/** This machine with another program of a name. */
async function hostWith(program: string, script: string): Promise<Host> {
  await mkdir(join(home, "bin"), { recursive: true });
  await writeFile(join(home, "bin", program), `#!/bin/sh\n${script}\n`);
  await chmod(join(home, "bin", program), 0o755);
  const local = openLocalTransport();
  const path = `${join(home, "bin")}:${process.env["PATH"]}`;
  return hostOf({
    kind: "local",
    start: (command, options) => local.start({ ...command, env: { PATH: path } }, options),
    [Symbol.asyncDispose]: () => local[Symbol.asyncDispose](),
  });
}

describe("a host that cannot be trusted", () => {
  test.each(Object.entries(transfers))("%s notices other content", async (_, transfer) => {
    const lying = 'exec sed "s/^........../0000000000/"';
    await using host = await hostWith("b2sum", `/usr/bin/b2sum "$@" | ${lying}`);
    await expect(transfer(host)).rejects.toMatchObject({
      code: "TRANSFER_FAILED",
      message: expect.stringContaining("arrived"),
    });
    await expectOld();
  });

  test.each([
    ["the tree's own path twice", "entries 1\\n.\\0a\\n"],
    ["a path above the tree", "entries 2\\n.\\0./../x\\00041ed 0 0\\n81a4 0 0\\nend\\n"],
    ["an absolute path", `entries 2\\n.\\0.//tmp/x\\00041ed 0 0\\n81a4 0 0\\nend\\n`],
    [
      "a file below a link",
      "entries 3\\n.\\0./l\\0./l/x\\00041ed 0 0\\na1ff 0 0\\n81a4 0 0\\nlinks 1\\n./l\\0.\\0end\\n",
    ],
  ])("getTree refuses %s", async (_, listing) => {
    await using host = await hostWith("find", `printf '${listing}'; exit 0`);
    const getting = transfers["getTree"]?.(host);
    await expect(getting).rejects.toMatchObject({ code: "TRANSFER_FAILED" });
    await expectOld();
  });

  test("getTree refuses links that lead out", async () => {
    await using host = hostOf(openLocalTransport());
    for (const target of ["/etc", "../..", "up/../.."]) {
      await symlink(target, from("tree/away"));
      await symlink(".", from("tree/up"));
      await expect(transfers["getTree"]?.(host)).rejects.toMatchObject({
        code: "TRANSFER_FAILED",
        message: expect.stringContaining('"away"'),
      });
      await rm(from("tree/away"));
      await rm(from("tree/up"));
    }
    await expectOld();
  });

  test("no permission comes over that gives its owner's rights away", async () => {
    await using host = hostOf(openLocalTransport());
    await chmod(from("file"), 0o6755);
    await chmod(from("tree/new"), 0o6755);
    await transfers["getFile"]?.(host);
    await transfers["getTree"]?.(host);
    const { stdout } = await host.run({ argv: ["find", to(""), "-type", "f", "-perm", "755"] });
    expect(stdout.trim().split("\n").toSorted()).toEqual([to("file"), to("tree/new")]);
  });

  test.each(["tar", "find", "xargs"])("without %s says so", async (program) => {
    const local = openLocalTransport();
    const bin = join(home, "bin");
    await mkdir(bin);
    const { stdout } = await promisify(execFile)("sh", ["-c", "ls -d /usr/bin/* /bin/*"]);
    for (const path of stdout.trim().split("\n")) {
      const name = path.slice(path.lastIndexOf("/") + 1);
      if (name !== program) await symlink(path, join(bin, name)).catch(() => {});
    }
    await using host = hostOf({
      kind: "local",
      start: (command, options) =>
        local.start({ ...command, argv: ["env", `PATH=${bin}`, ...command.argv] }, options),
      [Symbol.asyncDispose]: () => local[Symbol.asyncDispose](),
    });
    await expect(transfers["putTree"]?.(host)).rejects.toMatchObject({
      code: "TOOL_MISSING",
      message: `"${program}" is not installed on server`,
    });
  });
});

describe("leftovers of killed transfers", () => {
  const dayAgo = Date.now() / 1000 - 25 * 3600;

  test.each(Object.entries(transfers))("%s removes those of a day ago", async (name, transfer) => {
    await using host = hostOf(openLocalTransport());
    const place = name.endsWith("Tree") ? "tree" : "file";
    const [old, fresh] = [to(`.${place}.hoststack-abcdef`), to(`.${place}.hoststack-ghijkl`)];
    for (const path of [old, fresh]) {
      await mkdir(join(path, "new/within"), { recursive: true });
      await chmod(join(path, "new"), 0o555);
    }
    await utimes(old, dayAgo, dayAgo);
    await transfer(host);
    expect((await temporary()).map(to)).toEqual([fresh]);
  });

  test.each(["putTree", "getTree"])("%s puts back a tree that was being swapped", async (name) => {
    await using host = hostOf(openLocalTransport());
    const old = to(".tree.hoststack-abcdef");
    await mkdir(old);
    await rename(to("tree"), join(old, "old"));
    await utimes(old, dayAgo, dayAgo);
    await symlink("/", from("tree/away"));
    await host.run({ argv: ["mkfifo", from("tree/pipe")] });
    await expect(transfers[name]?.(host)).rejects.toMatchObject({ code: "TRANSFER_FAILED" });
    await expectOld();
  });
});
