import { randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Host } from "../../src/host/host.js";
import { openLocalTransport } from "../../src/host/local.js";
import { openNetnsTransport } from "../../src/host/netns.js";
import { openHost } from "../../src/host/open-host.js";
import { openSshTransport } from "../../src/host/ssh.js";
import { getFile } from "../../src/host/transfer/get-file.js";
import { putFile } from "../../src/host/transfer/put-file.js";
import type { Transport } from "../../src/host/transport.js";
import { type Keeper, startKeeper } from "../../src/testbed/netns/keeper.js";
import { busyboxShell } from "../support/busybox-shell.js";
import { openSshServer, type SshServer } from "../support/ssh-server.js";
import { transferContract } from "../support/transfer-contract.js";

const hostOf = (transport: Transport): Host =>
  openHost({ name: "server", machine: { id: "server" }, transport });

transferContract("this machine", async () => hostOf(openLocalTransport()));

describe("a namespace", () => {
  const userNamespace = process.getuid?.() !== 0;
  let keeper: Keeper;
  beforeAll(async () => {
    keeper = await startKeeper({ mtuBytes: 1500, userNamespace });
  });
  afterAll(() => keeper[Symbol.asyncDispose]());
  transferContract("of this machine", async () =>
    hostOf(openNetnsTransport({ name: "server", holderPid: keeper.hostPids[0], userNamespace })),
  );
});

// The server changes users and mounts a user list of its own.
const notRoot = process.getuid?.() !== 0;

describe.skipIf(notRoot)("over SSH", () => {
  test("files are whole when keys are exchanged again and again on their way", async () => {
    await using server = await openSshServer({ config: ["RekeyLimit 4M"] });
    await using host = hostOf(await openSshTransport(server.options));
    const home = await mkdtemp(join(tmpdir(), "hoststack-transfer-"));
    try {
      const [localPath, path] = [join(home, "file"), join(home, "copy")];
      const content = randomBytes(70 * 2 ** 20);
      await writeFile(localPath, content);
      await putFile(host, { localPath, path });
      expect(content.equals(await readFile(path))).toBe(true);
      const back = join(home, "back");
      await Promise.all([
        getFile(host, { path, localPath: back }),
        putFile(host, { localPath, path: join(home, "again") }),
      ]);
      for (const file of [back, join(home, "again")]) {
        expect(content.equals(await readFile(file))).toBe(true);
      }
    } finally {
      await rm(home, { recursive: true, force: true });
    }
  });

  describe("openssh", () => {
    let server: SshServer;
    beforeAll(async () => {
      server = await openSshServer();
    });
    afterAll(() => server[Symbol.asyncDispose]());
    transferContract("with coreutils", async () => hostOf(await openSshTransport(server.options)));
  });

  describe("dropbear", () => {
    let server: SshServer;
    beforeAll(async () => {
      server = await openSshServer({ kind: "dropbear", shell: await busyboxShell() });
    });
    afterAll(() => server[Symbol.asyncDispose]());
    transferContract("with busybox", async () => hostOf(await openSshTransport(server.options)));
  });
});
