import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { openHost } from "../../src/host/open-host.js";
import { makeKeyPair } from "../../src/host/ssh/key-pair.js";
import type { SshOptions } from "../../src/host/ssh.js";
import {
  firstLine,
  isGone,
  outcomeOf,
  shell,
} from "../../src/testing/transport-contract/collect.js";
import { carriers, type OpenCarrierTransport } from "../support/carriers.js";
import { openSshServer, packageTree } from "../support/ssh-server.js";

// The server changes users and mounts a user list of its own.
const notRoot = process.getuid?.() !== 0;
const stranger = makeKeyPair();

describe.skipIf(notRoot).each(Object.entries(carriers))("%s", (_, open) => {
  describe("an SSH server that is not what was expected", () => {
    test("shows another host key", async () => {
      await using server = await openSshServer();
      const wrong = { ...server.options, hostKeys: [stranger.publicLine] };
      await expect(open(wrong)).rejects.toMatchObject({
        code: "HOST_KEY_REJECTED",
        message: expect.stringMatching(/ssh-ed25519 SHA256:\S{43}, but is known by/),
        remedy: expect.any(String),
      });
      const both = {
        ...server.options,
        hostKeys: [stranger.publicLine, ...server.options.hostKeys],
      };
      await using transport = await open(both);
      expect(transport.kind).toBe("ssh");
    });

    test("refuses the login key", async () => {
      await using server = await openSshServer();
      const wrong = { ...server.options, privateKey: stranger.openssh };
      await expect(open(wrong)).rejects.toMatchObject({
        code: "HOST_UNREACHABLE",
        message: expect.stringContaining("refused the login"),
      });
    });

    test("does not listen", async () => {
      await using server = await openSshServer();
      const { options } = server;
      await server[Symbol.asyncDispose]();
      await expect(open(options)).rejects.toMatchObject({
        code: "HOST_UNREACHABLE",
        message: expect.stringContaining("nothing listens"),
      });
    });

    test.each(["openssh", "dropbear"] as const)("lets no more in for now: %s", async (kind) => {
      await using server = await openSshServer({ kind, config: ["MaxStartups 5:100:5"] });
      const { host, port } = server.options;
      const strangers = Array.from({ length: 5 }, () => connect(port, host));
      try {
        // each is greeted, and does not log in
        await Promise.all(strangers.map((stranger) => once(stranger, "data")));
        await expect(open(server.options)).rejects.toMatchObject({
          code: "HOST_UNREACHABLE",
          message: expect.stringContaining("hung up before it let anybody log in"),
          remedy: expect.stringContaining("MaxStartups"),
        });
      } finally {
        for (const stranger of strangers) stranger.destroy();
      }
    });

    test("does not answer", async () => {
      await using server = await openSshServer({ shell: "#!/bin/sh\nexec sleep 100\n" });
      const slow = { ...server.options, connectTimeoutMs: 700 };
      await expect(open(slow)).rejects.toMatchObject({ code: "HOST_UNREACHABLE" });
      const signal = AbortSignal.timeout(300);
      await expect(open({ ...server.options, signal })).rejects.toMatchObject({
        code: "INTERRUPTED",
      });
    });

    test("has an account that runs no commands", async () => {
      await using server = await openSshServer({
        shell: "#!/bin/sh\necho This account is closed.\nexit 1\n",
      });
      await expect(open(server.options)).rejects.toMatchObject({
        code: "HOST_UNREACHABLE",
        message: expect.stringContaining("This account is closed."),
      });
    });

    test("ends a login as soon as it has begun, as one that goes down", async () => {
      await using server = await openSshServer({
        shell: '#!/bin/sh\nexec /bin/sh "$@" </dev/null\n',
      });
      await expect(open(server.options)).rejects.toMatchObject({
        code: "HOST_UNREACHABLE",
        message: expect.stringContaining("ended as soon as it began"),
      });
    });
  });

  describe("a server that grants few sessions", () => {
    test("runs as many commands side by side, over more connections", async () => {
      await using server = await openSshServer({ maxSessions: 3 });
      await using transport = await open(server.options);
      const start = () => transport.start({ argv: ["cat"] });
      const running = await Promise.all(Array.from({ length: 6 }, start));
      const outcomes = await Promise.all(running.map(outcomeOf));
      expect(outcomes.map(({ exit }) => exit.exitCode)).toEqual([0, 0, 0, 0, 0, 0]);
    });

    test("runs one command after another with only one to spare", async () => {
      await using server = await openSshServer({ maxSessions: 2 });
      await using transport = await open(server.options);
      for (let i = 0; i < 20; i++) {
        const { exit } = await outcomeOf(await transport.start({ argv: ["true"] }));
        expect(exit.exitCode).toBe(0);
      }
    });

    test("says that one is too few", async () => {
      await using server = await openSshServer({ maxSessions: 1 });
      await using transport = await open(server.options);
      await expect(transport.start({ argv: ["true"] })).rejects.toMatchObject({
        code: "HOST_UNREACHABLE",
        remedy: expect.stringContaining("MaxSessions"),
      });
    });

    test("stops waiting for one when its caller gives up", async () => {
      await using server = await openSshServer({ maxSessions: 2 });
      await using transport = await open(server.options);
      await transport.start({ argv: ["sleep", "100"] });
      const signal = AbortSignal.timeout(50);
      await expect(transport.start({ argv: ["true"] }, { signal })).rejects.toMatchObject({
        code: "INTERRUPTED",
      });
    });
  });

  describe("a connection that is cut", () => {
    test("ends what runs, here and on the host", async () => {
      await using server = await openSshServer();
      await using transport = await open(server.options);
      const host = openHost({ name: "server", machine: { id: "server" }, transport });
      const running = await transport.start(shell("sleep 100 & echo $!; wait"));
      const child = await firstLine(running);
      const run = host.run({ argv: ["sleep", "100"] });
      run.catch(() => {});
      await sleep(200);
      server.cutConnections();
      expect((await outcomeOf(running)).exit).toMatchObject({
        exitCode: undefined,
        signal: undefined,
        connectionLost: true,
      });
      await expect(run).rejects.toMatchObject({ code: "HOST_UNREACHABLE" });
      await expect(transport.start({ argv: ["true"] })).rejects.toMatchObject({
        code: "HOST_UNREACHABLE",
      });
      await running[Symbol.asyncDispose]();
      await using again = await open(server.options);
      expect(await isGone(again, child)).toBe(true);
      expect(await isGone(again, String(running.pid))).toBe(true);
    });

    test("leaves deadlines in force when the host does not notice", async () => {
      await using server = await openSshServer();
      const transport = await open(server.options);
      const running = await transport.start({ argv: ["sleep", "100"] }, { deadlineMs: 1500 });
      await sleep(300);
      server.freezeConnections();
      await using again = await open(server.options);
      const state = await outcomeOf(
        await again.start(
          shell(
            'kill -0 "$1" && echo runs; sleep 2; cut -c1-20 "/proc/$1/stat" || true',
            String(running.pid),
          ),
        ),
      );
      expect(state.stdout.toString()).toMatch(/^runs\n(\d+ \(sleep\) Z.*\n)?$/);
      server.cutConnections();
      await transport[Symbol.asyncDispose]();
    });
  });

  describe("a login shell", () => {
    const cases = {
      "prints before it runs anything": `#!/bin/sh
echo "Welcome! hoststack:1:1:"; echo "warning" >&2; head -c 100000 /dev/urandom; head -c 100000 /dev/urandom >&2
exec /bin/sh "$@"
`,
      "is slow": '#!/bin/sh\nsleep 0.3\nexec /bin/sh "$@"\n',
      "says what it runs": '#!/bin/sh\nexec /bin/sh -xv "$@"\n',
    };
    test.each(Object.entries(cases))("that %s changes nothing", async (_, text) => {
      await using server = await openSshServer({ shell: text });
      await expectPlain(open, server.options);
    });

    test("of another family changes nothing", async () => {
      const tree = await packageTree("tcsh");
      await using server = await openSshServer({
        shell: `#!/bin/sh\nexec ${tree}/bin/tcsh "$@"\n`,
      });
      await expectPlain(open, server.options);
    });
  });
});

async function expectPlain(open: OpenCarrierTransport, options: SshOptions): Promise<void> {
  await using transport = await open(options);
  const words = ["it's $HOME!x", 'two\n"lines"\\n', "höst"];
  const command = shell('echo err >&2; printf "%s|" "$@"', ...words);
  for (let i = 0; i < 3; i++) {
    const { stdout, stderr } = await outcomeOf(await transport.start(command));
    expect([stdout.toString(), stderr.toString()]).toEqual([`${words.join("|")}|`, "err\n"]);
  }
}
