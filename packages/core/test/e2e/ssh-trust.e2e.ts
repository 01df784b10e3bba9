import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { makeKeyPair } from "../../src/host/ssh/key-pair.js";
import { openSshServer, type SshServer } from "../support/ssh-server.js";
import { alias, knownLine, openSshUser, openssh, type SshUser } from "../support/ssh-user.js";

const notRoot = process.getuid?.() !== 0;

describe.skipIf(notRoot)("the key of a host", () => {
  let server: SshServer;
  let user: SshUser;
  /** Its RSA key, as a public key line; its Ed25519 key is the one of `server.options`. */
  let rsa: string;
  let known: string;
  beforeAll(async () => {
    user = await openSshUser();
    known = join(user.directory, "known_hosts");
    const rsaFile = join(user.directory, "host_rsa");
    await openssh("ssh-keygen", "-q", "-t", "rsa", "-b", "2048", "-N", "", "-C", "", "-f", rsaFile);
    rsa = (await readFile(`${rsaFile}.pub`, "utf8")).trim();
    server = await openSshServer({ config: ["SetEnv MACHINE=one", `HostKey ${rsaFile}`] });
    await user.put("key", server.options.privateKey);
  });
  beforeEach(async () => {
    await user.config(...alias("lab", server.options));
    await user.know(server.options);
  });
  afterAll(async () => {
    await Promise.all([server, user].map((one) => one?.[Symbol.asyncDispose]()));
  });

  const fingerprint = async (line: string) => {
    const file = await user.put("one.pub", `${line}\n`);
    return (await openssh("ssh-keygen", "-l", "-f", file)).split(" ")[1] ?? "";
  };
  const own = () => server.options.hostKeys[0] ?? "";
  const name = () => `[127.0.0.1]:${server.options.port}`;
  const stranger = makeKeyPair().publicLine;

  test("that is not known is refused, with its fingerprint and the command to accept it", async () => {
    await user.put("known_hosts", knownLine({ ...server.options, port: 1 }));
    const shown = await fingerprint(own());
    await expect(user.machineOf("lab")).rejects.toMatchObject({
      code: "HOST_KEY_REJECTED",
      message: expect.stringMatching(/is not known: it showed ssh-ed25519 SHA256:/),
      remedy: expect.stringContaining(
        `ssh -o StrictHostKeyChecking=ask -F ${user.directory}/config -- lab`,
      ),
      details: { shown: `ssh-ed25519 ${shown}` },
    });
    expect(await user.read("known_hosts")).toBe(knownLine({ ...server.options, port: 1 }));
  });

  test("that is not known is refused when the configuration does not care", async () => {
    await user.put("known_hosts", "");
    await user.config(
      ...alias("lab", server.options),
      "StrictHostKeyChecking no",
      "NoHostAuthenticationForLocalhost yes",
    );
    await expect(user.machineOf("lab")).rejects.toMatchObject({ code: "HOST_KEY_REJECTED" });
    await user.config(...alias("lab", server.options), "UserKnownHostsFile none");
    await expect(user.machineOf("lab", { hostKeyPolicy: "accept-new" })).rejects.toMatchObject({
      code: "HOST_KEY_REJECTED",
    });
    const options = ["StrictHostKeyChecking=no"];
    await expect(user.machineOf("lab", { options })).rejects.toMatchObject({
      code: "OPTIONS_INVALID",
      message: expect.stringContaining("StrictHostKeyChecking=no"),
    });
  });

  test("that has changed is refused, with the place of the known one and the way to forget it", async () => {
    await user.put("known_hosts", `# mine\n${name()} ${stranger}\n`);
    const shown = await fingerprint(own());
    const expected = await fingerprint(stranger);
    await expect(user.machineOf("lab", { hostKeyPolicy: "accept-new" })).rejects.toMatchObject({
      code: "HOST_KEY_REJECTED",
      message: expect.stringContaining(
        `showed the host key ssh-ed25519 ${shown}, but is known by ssh-ed25519 ${expected} (${known}:2)`,
      ),
      remedy: expect.stringContaining(`ssh-keygen -R '${name()}' -f ${known}`),
    });
  });

  test("of the type that is known is asked for", async () => {
    await user.put("known_hosts", `${name()} ${rsa}\n`);
    expect(await user.machineOf("lab")).toBe("one");
    await user.put("known_hosts", `${name()} ${rsa}\n${name()} ${stranger}\n`);
    await user.config(...alias("lab", server.options), "HostKeyAlgorithms rsa-sha2-256");
    expect(await user.machineOf("lab")).toBe("one");
  });

  test("may be known without its port, or by a pattern, and in the global file", async () => {
    await user.put("known_hosts", `127.0.0.1 ${own()}\n`);
    expect(await user.machineOf("lab")).toBe("one");
    await user.put("known_hosts", `!*.lab,*.0.0.? ${own()}\n`);
    expect(await user.machineOf("lab")).toBe("one");
    const global = await user.put("global", knownLine(server.options));
    await user.put("known_hosts", `127.0.0.1 ${stranger}\n`);
    await user.config(
      ...alias("lab", server.options),
      `UserKnownHostsFile ${known} ${user.directory}/missing`,
      `GlobalKnownHostsFile ${global}`,
    );
    expect(await user.machineOf("lab")).toBe("one");
  });

  test("that is revoked is refused, though it is known", async () => {
    await user.put("known_hosts", `${knownLine(server.options)}@revoked * ${own()}\n`);
    await expect(user.machineOf("lab")).rejects.toMatchObject({
      code: "HOST_KEY_REJECTED",
      message: expect.stringContaining(`${known}:2 marks as revoked`),
    });
    await user.know(server.options);
    const revoked = await user.put("revoked", `${own()}\n`);
    await user.config(...alias("lab", server.options), `RevokedHostKeys ${revoked}`);
    await expect(user.machineOf("lab")).rejects.toMatchObject({
      code: "HOST_KEY_REJECTED",
      message: expect.stringContaining(`${revoked} marks as revoked`),
    });
  });

  test("that only an authority vouches for names the carrier that can check it", async () => {
    await user.put("known_hosts", `@cert-authority * ${stranger}\n`);
    await expect(user.machineOf("lab", { hostKeyPolicy: "accept-new" })).rejects.toMatchObject({
      code: "HOST_KEY_REJECTED",
      message: expect.stringContaining("certificate authority"),
      remedy: expect.stringContaining('carrier "openssh"'),
    });
  });

  test("is recorded by accept-new, so that ssh knows it as well", async () => {
    const file = join(user.directory, "new", "known_hosts");
    const config = (...lines: string[]) =>
      user.config(...alias("lab", server.options), `UserKnownHostsFile ${file}`, ...lines);
    await config("HashKnownHosts yes");
    expect(await user.machineOf("lab", { hostKeyPolicy: "accept-new" })).toBe("one");
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readFile(file, "utf8")).toMatch(/^\|1\|\S+ ssh-ed25519 \S+\n$/);
    expect(await user.machineOf("lab")).toBe("one");
    const found = await openssh("ssh-keygen", "-F", name(), "-f", file);
    expect(found).toContain(own().split(" ")[1]);
    await openssh("ssh", "-F", `${user.directory}/config`, "-o", "BatchMode=yes", "lab", "true");
  });

  test.each(["ssh2", "openssh"] as const)(
    "is recorded where the user's configuration says so (%s)",
    async (carrier) => {
      // An unfinished line stays one of its own.
      await user.put("known_hosts", `other ${stranger}${carrier === "ssh2" ? "" : "\n"}`);
      await user.config(...alias("lab", server.options), "StrictHostKeyChecking accept-new");
      await expect(
        user.machineOf("lab", { carrier, hostKeyPolicy: "known" }),
      ).rejects.toMatchObject({
        code: "HOST_KEY_REJECTED",
      });
      expect(await user.machineOf("lab", { carrier })).toBe("one");
      const key = own().split(" ").slice(0, 2).join(" ");
      expect(await user.read("known_hosts")).toBe(`other ${stranger}\n${name()} ${key}\n`);
    },
  );

  test("is not accepted where nothing remembers it: each one would be new for ever", async () => {
    for (const carrier of ["ssh2", "openssh"] as const) {
      await user.config(...alias("lab", server.options), "UserKnownHostsFile /dev/null");
      await expect(
        user.machineOf("lab", { carrier, hostKeyPolicy: "accept-new" }),
      ).rejects.toMatchObject({
        code: "OPTIONS_INVALID",
        message: expect.stringContaining("/dev/null: the new host key cannot be recorded"),
      });
    }
  });

  test("is recorded by many at once without a torn line", async () => {
    await user.put("known_hosts", "");
    await Promise.all(
      Array.from({ length: 8 }, () => user.machineOf("lab", { hostKeyPolicy: "accept-new" })),
    );
    const lines = (await user.read("known_hosts")).trimEnd().split("\n");
    expect(new Set(lines)).toEqual(new Set([`${name()} ${own()}`]));
  });
});
