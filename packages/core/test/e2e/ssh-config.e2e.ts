import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openSshServer, type SshServer } from "../support/ssh-server.js";
import { alias, openSshUser, type SshUser } from "../support/ssh-user.js";

// The server changes users and mounts a user list of its own.
const notRoot = process.getuid?.() !== 0;

describe.skipIf(notRoot)("a destination of ssh_config", () => {
  let server: SshServer;
  let other: SshServer;
  let user: SshUser;
  beforeAll(async () => {
    [server, other, user] = await Promise.all([
      openSshServer({ config: ["SetEnv MACHINE=one"] }),
      openSshServer({ config: ["SetEnv MACHINE=two"] }),
      openSshUser(),
    ]);
    await Promise.all([
      user.put("key", server.options.privateKey),
      user.put("other_key", other.options.privateKey),
      user.know(server.options, other.options),
    ]);
  });
  afterAll(async () => {
    await Promise.all([server, other, user].map((one) => one?.[Symbol.asyncDispose]()));
  });

  test("is an alias", async () => {
    await user.config(...alias("lab", server.options));
    expect(await user.machineOf("lab")).toBe("one");
  });

  test("is user@host with the port as an option", async () => {
    await user.config();
    const { host, port, user: name } = server.options;
    expect(await user.machineOf(`${name}@${host}`, { options: [`Port=${port}`] })).toBe("one");
  });

  test("stands in an included file", async () => {
    const included = await user.put("included", alias("lab", server.options).join("\n"));
    await user.config(`Include ${included}`);
    expect(await user.machineOf("lab")).toBe("one");
  });

  test("depends on a Match, here of a user and of a program", async () => {
    await user.config(
      `Match originalhost lab user someone exec "test -e ${user.directory}/key"`,
      `Port ${other.options.port}`,
      `IdentityFile ${user.directory}/other_key`,
      `User ${other.options.user}`,
      ...alias("lab", server.options),
    );
    expect(await user.machineOf("lab")).toBe("one");
    expect(
      await user.machineOf("someone@lab", { options: ["User=someone"] }).catch(String),
    ).toMatch(/someone@127.0.0.1/);
  });

  test("names its identity file by tokens and variables", async () => {
    const key = await user.put(`key-lab-${server.options.port}`, server.options.privateKey);
    await user.put("key", "not a key");
    process.env["HOSTSTACK_TEST_DIRECTORY"] = user.directory;
    await user.config(
      ...alias("lab", server.options),
      // biome-ignore lint/suspicious/noTemplateCurlyInString: ssh_config's own variable
      "IdentityFile ${HOSTSTACK_TEST_DIRECTORY}/key-%n-%p",
    );
    expect(key).toContain(String(server.options.port));
    expect(await user.machineOf("lab")).toBe("one");
    await user.put("key", server.options.privateKey);
  });

  test("is looked up in known_hosts by its HostKeyAlias", async () => {
    await user.put("aliased", `lab-key ${server.options.hostKeys[0]}\n`);
    await user.config(
      ...alias("lab", server.options),
      "HostKeyAlias lab-key",
      `UserKnownHostsFile ${user.directory}/aliased`,
    );
    expect(await user.machineOf("lab")).toBe("one");
  });

  test("that ssh cannot read is told in the words of ssh", async () => {
    await user.config("NoSuchOption yes");
    await expect(user.machineOf("lab")).rejects.toMatchObject({
      code: "OPTIONS_INVALID",
      message: expect.stringContaining("nosuchoption"),
    });
    await expect(user.machineOf("-oProxyCommand=true")).rejects.toMatchObject({
      code: "OPTIONS_INVALID",
    });
  });

  test("whose way only ssh itself can go names the carrier for it", async () => {
    await user.config(...alias("lab", server.options), "BindInterface lo");
    await expect(user.machineOf("lab")).rejects.toMatchObject({
      code: "OPTIONS_INVALID",
      remedy: expect.stringContaining('carrier "openssh"'),
    });
  });
});
