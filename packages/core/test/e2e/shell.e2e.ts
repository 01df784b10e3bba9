import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openLocalTransport } from "../../src/host/local.js";
import { openNetnsTransport } from "../../src/host/netns.js";
import { openHost } from "../../src/host/open-host.js";
import { openSshTransport } from "../../src/host/ssh.js";
import { startKeeper } from "../../src/testbed/netns/keeper.js";
import { hostContract } from "../../src/testing/host-contract.js";
import { busyboxShell } from "../support/busybox-shell.js";
import { carriers } from "../support/carriers.js";
import { openSshServer, type SshServer } from "../support/ssh-server.js";

hostContract("this machine", () => Promise.resolve(openLocalTransport()));

describe("a namespace", () => {
  const userNamespace = process.getuid?.() !== 0;
  let keeper: Awaited<ReturnType<typeof startKeeper>>;
  beforeAll(async () => {
    keeper = await startKeeper({ mtuBytes: 1500, userNamespace });
  });
  afterAll(() => keeper[Symbol.asyncDispose]());
  hostContract("a namespace", async () =>
    openNetnsTransport({ name: "client", holderPid: keeper.hostPids[0], userNamespace }),
  );
});

// The server changes users and mounts a user list of its own.
describe.skipIf(process.getuid?.() !== 0)("over SSH", () => {
  for (const [name, kind, carrier] of [
    ["openssh", "openssh", "ssh2"],
    ["openssh through the ssh program", "openssh", "openssh"],
    ["busybox behind dropbear", "dropbear", "ssh2"],
  ] as const) {
    describe.concurrent(name, () => {
      let server: SshServer;
      beforeAll(async () => {
        const shell = kind === "dropbear" ? { shell: await busyboxShell() } : {};
        server = await openSshServer({ kind, ...shell });
      });
      afterAll(() => server[Symbol.asyncDispose]());
      hostContract(name, () => carriers[carrier](server.options));
    });
  }

  test("a batch says that its connection was lost", async () => {
    await using server = await openSshServer();
    await using host = openHost({
      name: "server",
      machine: { id: "server" },
      transport: await openSshTransport(server.options),
    });
    await host.batch([{ argv: ["true"] }]);
    const lost = host.batch([{ argv: ["true"] }, { argv: ["sleep", "100"] }]);
    setTimeout(() => server.cutConnections(), 300);
    await expect(lost).rejects.toMatchObject({
      code: "HOST_UNREACHABLE",
      message: expect.stringContaining('running "sleep"'),
    });
  });
});
