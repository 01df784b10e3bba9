import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { guestPassword, openSshServer, type SshServer } from "../support/ssh-server.js";
import { alias, openSshUser, openssh, type SshUser } from "../support/ssh-user.js";

const notRoot = process.getuid?.() !== 0;
const passphrase = "open sesame";
// The user of the test server is root under another name.
const withPasswords = ["PermitRootLogin yes", "PasswordAuthentication yes"];

describe.skipIf(notRoot)("a login", () => {
  let server: SshServer;
  let user: SshUser;
  const file = (name: string) => join(user.directory, name);
  const makeKey = async (name: string, ...more: string[]) => {
    await openssh("ssh-keygen", "-q", "-C", name, "-f", file(name), ...more);
    return (await readFile(file(`${name}.pub`), "utf8")).trim();
  };
  const config = (...lines: string[]) => user.config(...alias("lab", server.options), ...lines);
  /** Answers one after the other, and what was asked. */
  const answering = (...answers: string[]) => {
    const asked: string[] = [];
    const ask = async ({ text }: { text: string }) => {
      asked.push(text);
      const answer = answers[asked.length - 1];
      if (answer === undefined) throw new Error("asked too often");
      return answer;
    };
    return { ask, asked };
  };

  beforeAll(async () => {
    user = await openSshUser();
    const lines = await Promise.all([
      makeKey("ecdsa", "-t", "ecdsa", "-N", ""),
      makeKey("rsa", "-t", "rsa", "-b", "2048", "-N", ""),
      makeKey("encrypted", "-t", "ed25519", "-N", passphrase),
      makeKey("old", "-t", "rsa", "-b", "2048", "-m", "PEM", "-N", passphrase),
    ]);
    await makeKey("unwanted", "-t", "ed25519", "-N", "");
    server = await openSshServer({
      config: ["SetEnv MACHINE=one", ...withPasswords, "KbdInteractiveAuthentication no"],
      authorizedKeys: lines,
    });
    await user.know(server.options);
  });
  beforeEach(() => config());
  afterAll(async () => {
    await Promise.all([server, user].map((one) => one?.[Symbol.asyncDispose]()));
  });

  test.each(["ecdsa", "rsa"])("takes an %s key of a file", async (name) => {
    await config(`IdentityFile ${file("unwanted")}`, `IdentityFile ${file(name)}`);
    expect(await user.machineOf("lab")).toBe("one");
  });

  test("asks for the passphrase of a key once, again when it was wrong", async () => {
    await config(`IdentityFile ${file("unwanted")}`, `IdentityFile ${file("encrypted")}`);
    const { ask, asked } = answering("wrong", passphrase);
    expect(await user.machineOf("lab", { ask })).toBe("one");
    expect(await user.machineOf("lab", { ask })).toBe("one");
    expect(asked).toEqual([
      `Passphrase of the key ${file("encrypted")}: `,
      `Passphrase of the key ${file("encrypted")} (the last one was wrong): `,
    ]);
    await config(`IdentityFile ${file("old")}`);
    expect(await user.machineOf("lab", answering(passphrase))).toBe("one");
  });

  test("asks nobody for a key the server does not want, or in batch mode", async () => {
    await makeKey("encrypted-unwanted", "-t", "ed25519", "-N", passphrase);
    await config(`IdentityFile ${file("encrypted-unwanted")}`, "PasswordAuthentication no");
    const { ask, asked } = answering();
    await expect(user.machineOf("lab", { ask })).rejects.toMatchObject({
      message: expect.stringContaining(`${file("encrypted-unwanted")} (refused)`),
    });
    await config(`IdentityFile ${file("encrypted")}`, "BatchMode yes");
    await expect(user.machineOf("lab", { ask })).rejects.toMatchObject({
      message: expect.stringContaining("nobody may be asked"),
    });
    expect(asked).toEqual([]);
  });

  test("ends when the question is refused", async () => {
    await config(`IdentityFile ${file("encrypted")}`);
    const { ask } = answering();
    await expect(user.machineOf("lab", { ask })).rejects.toMatchObject({
      code: "INTERRUPTED",
      message: expect.stringContaining("asked too often"),
    });
  });

  test("does not run out of time while a person types", async () => {
    await config(`IdentityFile ${file("encrypted")}`);
    const ask = () => new Promise<string>((resolve) => setTimeout(resolve, 1200, passphrase));
    expect(await user.machineOf("lab", { ask, connectTimeoutMs: 1000 })).toBe("one");
  });

  test("takes a password where the configuration allows one", async () => {
    const { ask, asked } = answering("wrong", guestPassword);
    expect(await user.machineOf("lab", { ask })).toBe("one");
    expect(await user.machineOf("lab", { ask })).toBe("one");
    const where = `guest@127.0.0.1:${server.options.port} ("lab")`;
    expect(asked).toEqual([
      `Password of ${where}: `,
      `Password of ${where} (the last one was refused): `,
    ]);
    await config("PreferredAuthentications publickey");
    await expect(user.machineOf("lab", { ask })).rejects.toMatchObject({
      code: "HOST_UNREACHABLE",
      message: expect.not.stringMatching(/password \(/),
    });
  });

  test("says what was tried, and what was not and why", async () => {
    await user.put("broken", "no key at all\n");
    const open = await makeKey("open", "-t", "ed25519", "-N", "").then(() => file("open"));
    await openssh("chmod", "644", open);
    await config(
      ...["unwanted", "broken", "open", "missing"].map((n) => `IdentityFile ${file(n)}`),
    );
    await expect(user.machineOf("lab")).rejects.toMatchObject({
      code: "HOST_UNREACHABLE",
      message: expect.stringContaining(
        [
          `(it takes publickey, password); tried: ${file("unwanted")} (refused)`,
          `${file("broken")} (not tried: not a private key of a known form)`,
          `${open} (not tried: others can read the file; chmod 600 it)`,
          `${file("missing")} (not tried: no such file)`,
        ].join(", "),
      ),
      remedy: expect.stringContaining("`ask`"),
    });
  });

  test("with a certificate only names the carrier that can use it", async () => {
    await makeKey("authority", "-t", "ed25519", "-N", "");
    await makeKey("signed", "-t", "ed25519", "-N", "");
    const sign = ["-q", "-s", file("authority"), "-I", "id", "-n", "guest", file("signed.pub")];
    await openssh("ssh-keygen", ...sign);
    await config(`IdentityFile ${file("signed")}`);
    await expect(user.machineOf("lab")).rejects.toMatchObject({
      code: "HOST_UNREACHABLE",
      message: expect.stringContaining("cannot log in with certificates"),
      remedy: expect.stringContaining('carrier "openssh"'),
    });
  });

  test("with a FIDO key only names the carrier that can use it", async () => {
    const type = "sk-ssh-ed25519@openssh.com";
    const blob = Buffer.from(`\0\0\0${String.fromCharCode(type.length)}${type}`);
    await user.put("fido.pub", `${type} ${blob.toString("base64")} me@here\n`);
    await config(`IdentityFile ${file("fido")}`);
    await expect(user.machineOf("lab")).rejects.toMatchObject({
      code: "HOST_UNREACHABLE",
      message: expect.stringContaining("fido (not tried: the ssh2 carrier cannot log in with FIDO"),
      remedy: expect.stringContaining('carrier "openssh"'),
    });
  });

  test("goes on to the second method a server wants", async () => {
    await using strict = await openSshServer({
      config: ["SetEnv MACHINE=two", ...withPasswords, "AuthenticationMethods publickey,password"],
    });
    await user.put("strict", strict.options.privateKey);
    await user.put(
      "strict_known",
      `[127.0.0.1]:${strict.options.port} ${strict.options.hostKeys[0]}\n`,
    );
    await user.config(
      ...alias("lab", strict.options),
      `UserKnownHostsFile ${file("strict_known")}`,
      `IdentityFile ${file("strict")}`,
    );
    expect(await user.machineOf("lab", answering(guestPassword))).toBe("two");
    await expect(user.machineOf("lab")).rejects.toMatchObject({
      message: expect.stringContaining(`${file("strict")} (accepted, but more is asked for)`),
    });
  });

  describe("with an agent", () => {
    let agent: ReturnType<typeof spawn>;
    const socket = () => file("agent.sock");
    const add = (name: string) => execWithAgent("ssh-add", "-q", file(name));
    const execWithAgent = (...argv: string[]) =>
      openssh("env", `SSH_AUTH_SOCK=${socket()}`, ...argv);
    beforeAll(async () => {
      agent = spawn("ssh-agent", ["-D", "-a", socket()], { stdio: ["ignore", "pipe", "inherit"] });
      if (agent.stdout !== null) await once(agent.stdout, "data");
      await add("unwanted");
      await add("ecdsa");
    });
    afterAll(() => {
      agent.kill();
    });

    test("takes the agent's keys, by IdentityAgent and by SSH_AUTH_SOCK", async () => {
      await config(`IdentityAgent ${socket()}`);
      expect(await user.machineOf("lab")).toBe("one");
      process.env["SSH_AUTH_SOCK"] = socket();
      await config("IdentityAgent SSH_AUTH_SOCK");
      expect(await user.machineOf("lab")).toBe("one");
      delete process.env["SSH_AUTH_SOCK"];
    });

    test("takes only the keys that are configured with IdentitiesOnly", async () => {
      await config(
        `IdentityAgent ${socket()}`,
        "IdentitiesOnly yes",
        `IdentityFile ${file("unwanted")}`,
      );
      await expect(user.machineOf("lab")).rejects.toMatchObject({
        message: expect.stringContaining("tried: agent (1 key, refused)"),
      });
      await config(
        `IdentityAgent ${socket()}`,
        "IdentitiesOnly yes",
        `IdentityFile ${file("ecdsa.pub")}`,
      );
      expect(await user.machineOf("lab")).toBe("one");
    });

    test("says when there is none", async () => {
      await config(`IdentityAgent ${file("no-agent")}`);
      await expect(user.machineOf("lab")).rejects.toMatchObject({
        message: expect.stringContaining(`agent at ${file("no-agent")} (not tried: `),
      });
    });

    test("names the carrier for a certificate in the agent", async () => {
      await add("signed");
      await execWithAgent("ssh-add", "-q", "-d", file("ecdsa"));
      await config(`IdentityAgent ${socket()}`);
      await expect(user.machineOf("lab")).rejects.toMatchObject({
        message: expect.stringContaining("agent key signed (not tried: the ssh2 carrier cannot"),
        remedy: expect.stringContaining('carrier "openssh"'),
      });
    });
  });
});
