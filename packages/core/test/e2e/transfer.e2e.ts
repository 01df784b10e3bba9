import { afterAll, beforeAll, describe } from "vitest";
import type { Host } from "../../src/host/host.js";
import { openLocalTransport } from "../../src/host/local.js";
import { openNetnsTransport } from "../../src/host/netns.js";
import { openHost } from "../../src/host/open-host.js";
import { openSshTransport } from "../../src/host/ssh.js";
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
