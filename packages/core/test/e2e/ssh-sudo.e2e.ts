import { execFileSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sudoersFragment } from "../../src/host/ssh/sudoers.js";
import type { Transport } from "../../src/host/transport.js";
import {
  firstLine,
  isGone,
  outcomeOf,
  shell,
} from "../../src/testing/transport-contract/collect.js";
import { transportContract } from "../../src/testing/transport-contract.js";
import { carriers } from "../support/carriers.js";
import { openSshServer, packageTree, type SshServer } from "../support/ssh-server.js";

// The server changes users and mounts a user list of its own.
const notRoot = process.getuid?.() !== 0;

const fragment = sudoersFragment({ user: "guest" });
const password = "pass word's $1";

/** Counts how often it is asked. */
function asker(answer: string) {
  const asked: string[] = [];
  const ask = ({ text }: { text: string }) => {
    asked.push(text);
    return Promise.resolve(answer);
  };
  return { asked, become: { user: "root", ask } as const };
}

async function identity(transport: Transport): Promise<string> {
  const { stdout } = await outcomeOf(await transport.start({ argv: ["id", "-u"] }));
  return stdout.toString().trim();
}

describe.skipIf(notRoot)("the sudoers fragment", () => {
  test("is one that visudo accepts", async () => {
    const tree = await packageTree("sudo");
    const directory = await mkdtemp(join(tmpdir(), "hoststack-sudoers-"));
    const file = join(directory, "sudoers");
    await writeFile(file, fragment, { mode: 0o440 });
    const env = { ...process.env, LD_LIBRARY_PATH: `${tree}/usr/libexec/sudo` };
    const said = execFileSync(`${tree}/usr/sbin/visudo`, ["-c", "-s", "-f", file], { env });
    expect(said.toString()).toContain("parsed OK");
    await rm(directory, { recursive: true });
  });
});

describe.skipIf(notRoot).each(Object.entries(carriers))("becoming root over %s", (_, open) => {
  const settings = {
    "as it is": fragment,
    "with a terminal of sudo's": `Defaults use_pty\n${fragment}`,
  };
  for (const [how, sudoers] of Object.entries(settings)) {
    describe.concurrent(`by the sudoers fragment ${how}`, () => {
      let server: SshServer;
      beforeAll(async () => {
        server = await openSshServer({ sudo: { sudoers } });
      });
      afterAll(() => server[Symbol.asyncDispose]());
      transportContract("sudo", () => open({ ...server.options, become: { user: "root" } }));

      test("makes commands root's", async () => {
        await using transport = await open({ ...server.options, become: { user: "root" } });
        expect(await identity(transport)).toBe("0");
      });
    });
  }

  test("gives the password once, and shows it to nobody", async () => {
    await using server = await openSshServer({
      sudo: { sudoers: "guest ALL=(ALL) ALL\n", password },
    });
    const { asked, become } = asker(password);
    await using transport = await open({ ...server.options, become });
    const identities = await Promise.all(Array.from({ length: 12 }, () => identity(transport)));
    expect(identities).toEqual(Array(12).fill("0"));
    expect(asked).toHaveLength(1);
    const seen = shell("cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null | tr '\\0' ' '");
    const { stdout } = await outcomeOf(await transport.start(seen));
    expect(stdout.toString()).toContain("sudo -S");
    expect(stdout.toString()).not.toContain(password);
  });

  test("leaves standard input to the command when no password is wanted", async () => {
    await using server = await openSshServer({ sudo: { sudoers: fragment, password } });
    const { asked, become } = asker(password);
    await using transport = await open({ ...server.options, become });
    const running = await transport.start({ argv: ["cat"] });
    running.stdin.write("input");
    expect((await outcomeOf(running)).stdout.toString()).toBe("input");
    expect(asked).toEqual([]);
  });

  test("ends root's processes as a group", async () => {
    await using server = await openSshServer({ sudo: { sudoers: fragment } });
    await using transport = await open({ ...server.options, become: { user: "root" } });
    const running = await transport.start(shell("sleep 100 & echo $!; wait"));
    const child = await firstLine(running);
    await running[Symbol.asyncDispose]();
    expect((await running.exit).signal).toBe("SIGKILL");
    expect(await isGone(transport, child)).toBe(true);
  });

  test("says once that the password is wrong, without saying it", async () => {
    await using server = await openSshServer({
      sudo: { sudoers: "guest ALL=(ALL) ALL\n", password },
    });
    const { asked, become } = asker("another secret");
    const error = await open({ ...server.options, become }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      code: "ROOT_REFUSED",
      message: expect.stringContaining("refused the password"),
    });
    expect(JSON.stringify([error, (error as Error).message])).not.toContain("another secret");
    expect(asked).toHaveLength(1);
  });

  const refusals = {
    "is not installed": { account: {}, code: "TOOL_MISSING", says: '"sudo" is not installed' },
    "does not know the account": {
      account: { sudoers: "root ALL=(ALL) ALL\n" },
      code: "ROOT_REFUSED",
      says: "wants a password",
    },
    "wants a password and nobody is there to ask": {
      account: { sudoers: "guest ALL=(ALL) ALL\n", password },
      code: "ROOT_REFUSED",
      says: "wants a password",
    },
    "wants a terminal": {
      account: { sudoers: "Defaults requiretty\nguest ALL=(ALL) NOPASSWD: ALL\n" },
      code: "ROOT_REFUSED",
      says: "requiretty",
    },
    "grants another command only": {
      account: { sudoers: "guest ALL=(ALL) NOPASSWD: /usr/bin/id\n" },
      code: "ROOT_REFUSED",
      says: "wants a password",
    },
  };
  test.each(Object.entries(refusals))(
    "tells of a sudo that %s",
    async (_, { account, code, says }) => {
      await using server = await openSshServer({ sudo: account });
      await expect(open({ ...server.options, become: { user: "root" } })).rejects.toMatchObject({
        code,
        message: expect.stringContaining(says),
        remedy: expect.any(String),
      });
    },
  );

  test("tells of an account that may not become root, once its password was right", async () => {
    const sudoers = "guest ALL=(ALL) /usr/bin/id\n";
    await using server = await openSshServer({ sudo: { sudoers, password } });
    await expect(open({ ...server.options, become: asker(password).become })).rejects.toMatchObject(
      {
        code: "ROOT_REFUSED",
        message: expect.stringContaining("lets this account run no shell as root"),
      },
    );
  });

  test("uses no sudo where the account is root's", async () => {
    await using server = await openSshServer();
    const { asked, become } = asker(password);
    await using transport = await open({ ...server.options, become });
    expect(await identity(transport)).toBe("0");
    expect(asked).toEqual([]);
  });
});
