import { afterAll, beforeAll, describe } from "vitest";
import { openSshTransport } from "../../src/host/ssh.js";
import { transportContract } from "../../src/testing/transport-contract.js";
import { busyboxShell } from "../support/busybox-shell.js";
import { openSshServer, type SshServer } from "../support/ssh-server.js";

// The server changes users and mounts a user list of its own.
const notRoot = process.getuid?.() !== 0;

describe.skipIf(notRoot)("as root", () => {
  for (const kind of ["openssh", "dropbear"] as const) {
    describe(kind, () => {
      let server: SshServer;
      beforeAll(async () => {
        server = await openSshServer({ kind });
      });
      afterAll(() => server[Symbol.asyncDispose]());
      transportContract(kind, () => openSshTransport(server.options));
    });
  }

  // As in a small guest: every program is busybox, its shell too.
  describe("dropbear with busybox", () => {
    let server: SshServer;
    beforeAll(async () => {
      server = await openSshServer({ kind: "dropbear", shell: await busyboxShell() });
    });
    afterAll(() => server[Symbol.asyncDispose]());
    transportContract("busybox", () => openSshTransport(server.options));
  });
});
