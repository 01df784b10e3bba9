import { afterAll, beforeAll, describe } from "vitest";
import { openOpensshTransport } from "../../src/host/ssh/openssh/open.js";
import { transportContract } from "../../src/testing/transport-contract.js";
import { openSshServer, type SshServer } from "../support/ssh-server.js";
import { type ConfiguredTarget, configureTarget } from "../support/ssh-target.js";

// The server changes users and mounts a user list of its own.
const notRoot = process.getuid?.() !== 0;

describe.skipIf(notRoot)("as root", () => {
  for (const kind of ["openssh", "dropbear"] as const) {
    describe(`the ssh program to ${kind}`, () => {
      let server: SshServer;
      let configured: ConfiguredTarget;
      beforeAll(async () => {
        server = await openSshServer({ kind });
        configured = await configureTarget(server.options);
      });
      afterAll(async () => {
        await configured[Symbol.asyncDispose]();
        await server[Symbol.asyncDispose]();
      });
      transportContract(kind, () => openOpensshTransport(configured.target));
    });
  }
});
