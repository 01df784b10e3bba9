import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openSshServer, type SshServer } from "../support/ssh-server.js";
import { alias, openSshUser, type SshUser } from "../support/ssh-user.js";

const notRoot = process.getuid?.() !== 0;
const names = ["outer", "middle", "inner"] as const;

describe.skipIf(notRoot)("a host behind others", () => {
  let servers: Record<(typeof names)[number], SshServer>;
  let user: SshUser;
  /** The configuration of a server with its own key. */
  const hop = (name: (typeof names)[number], ...lines: string[]) => [
    ...alias(name, servers[name].options),
    `IdentityFile ${user.directory}/key-${name}`,
    "IdentitiesOnly yes",
    ...lines,
  ];
  beforeAll(async () => {
    const open = (name: string) => openSshServer({ config: [`SetEnv MACHINE=${name}`] });
    const [outer, middle, inner] = await Promise.all([
      open("outer"),
      open("middle"),
      open("inner"),
    ]);
    servers = { outer, middle, inner };
    user = await openSshUser();
    await user.know(...names.map((name) => servers[name].options));
    await Promise.all(
      names.map((name) => user.put(`key-${name}`, servers[name].options.privateKey)),
    );
  });
  afterAll(async () => {
    await Promise.all(
      [...Object.values(servers ?? {}), user].map((one) => one?.[Symbol.asyncDispose]()),
    );
  });

  /** Logins each server has let through, and what it was asked to forward. */
  const logins = () =>
    names.map((name) => servers[name].log().match(/Accepted publickey/g)?.length ?? 0);

  const expectRoute = async (destination: string, more: { jump?: string } = {}) => {
    const before = logins();
    expect(await user.machineOf(destination, more)).toBe("inner");
    return logins().map((count, index) => count - (before[index] ?? 0));
  };

  test("is reached through a list of jump hosts, each by its own user, key and known key", async () => {
    await user.config(...hop("outer"), ...hop("middle"), ...hop("inner", "ProxyJump outer,middle"));
    expect(await expectRoute("inner")).toEqual([1, 1, 1]);
  });

  test("is reached through jump hosts that have jump hosts themselves", async () => {
    await user.config(
      ...hop("outer"),
      ...hop("middle", "ProxyJump outer"),
      ...hop("inner", "ProxyJump middle"),
    );
    expect(await expectRoute("inner")).toEqual([1, 1, 1]);
    expect(await user.machineOf("middle")).toBe("middle");
    expect(await user.machineOf("outer")).toBe("outer");
  });

  test("is reached by `jump` instead of what is configured", async () => {
    await user.config(...hop("outer"), ...hop("middle"), ...hop("inner", "ProxyJump outer"));
    expect(await expectRoute("inner", { jump: "middle" })).toEqual([0, 1, 1]);
    expect(await expectRoute("inner", { jump: "none" })).toEqual([0, 0, 1]);
  });

  test("is addressed as its jump host sees it", async () => {
    const { port } = servers.inner.options;
    const inner = { ...servers.inner.options, host: "localhost" };
    await user.config(
      ...hop("outer"),
      ...alias("inner", inner),
      "ProxyJump outer",
      `IdentityFile ${user.directory}/key-inner`,
    );
    // Known by its address only, which is not what the jump host is asked for.
    await expect(user.machineOf("inner")).rejects.toMatchObject({
      code: "HOST_KEY_REJECTED",
      message: expect.stringContaining(`[localhost]:${port}`),
    });
    await user.know(servers.outer.options, inner);
    expect(await user.machineOf("inner")).toBe("inner");
    await user.know(...names.map((name) => servers[name].options));
  });

  test("is not taken for another machine: a jump host with a wrong key is refused", async () => {
    await user.config(...hop("outer"), ...hop("middle"), ...hop("inner", "ProxyJump outer,middle"));
    const impostor = { ...servers.middle.options, hostKeys: servers.outer.options.hostKeys };
    await user.know(servers.outer.options, impostor, servers.inner.options);
    await expect(user.machineOf("inner")).rejects.toMatchObject({
      code: "HOST_KEY_REJECTED",
      message: expect.stringContaining(`:${servers.middle.options.port}`),
    });
    await user.know(...names.map((name) => servers[name].options));
  });

  test("in a ring of jump hosts is refused", async () => {
    await user.config(
      ...hop("outer", "ProxyJump middle"),
      ...hop("middle", "ProxyJump outer"),
      ...hop("inner", "ProxyJump middle"),
    );
    await expect(user.machineOf("inner")).rejects.toMatchObject({
      code: "OPTIONS_INVALID",
      message: expect.stringContaining("middle -> outer -> middle"),
    });
  });

  test("that its jump host cannot reach, or must not, says so", async () => {
    await user.config(...hop("outer"), ...hop("inner", "ProxyJump outer"));
    await expect(user.machineOf("inner", { options: ["Port=1"] })).rejects.toMatchObject({
      code: "HOST_UNREACHABLE",
      message: expect.stringMatching(/through guest@127.0.0.1:\d+ \("outer"\): .*refused/i),
    });
    await using closed = await openSshServer({ config: ["AllowTcpForwarding no"] });
    await user.put("key-closed", closed.options.privateKey);
    await user.config(
      ...alias("closed", closed.options),
      `IdentityFile ${user.directory}/key-closed`,
      ...hop("inner", "ProxyJump closed"),
    );
    await user.know(closed.options, servers.inner.options);
    await expect(user.machineOf("inner")).rejects.toMatchObject({
      code: "HOST_UNREACHABLE",
      remedy: expect.stringContaining("AllowTcpForwarding"),
    });
    await user.know(...names.map((name) => servers[name].options));
  });
});
