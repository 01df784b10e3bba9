import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openSshTarget } from "../../src/host/ssh-target.js";
import { outcomeOf } from "../../src/testing/transport-contract/collect.js";
import { openSshServer, type SshServer } from "../support/ssh-server.js";
import { alias, openSshUser, type SshUser } from "../support/ssh-user.js";
import { bundledScript } from "./vm-bundled-script.js";

const notRoot = process.getuid?.() !== 0;

describe.skipIf(notRoot)("a ProxyCommand", () => {
  let outer: SshServer;
  let inner: SshServer;
  let user: SshUser;
  beforeAll(async () => {
    [outer, inner, user] = await Promise.all([
      openSshServer({ config: ["SetEnv MACHINE=outer"] }),
      openSshServer({ config: ["SetEnv MACHINE=inner"] }),
      openSshUser(),
    ]);
    await user.put("key-outer", outer.options.privateKey);
    await user.put("key-inner", inner.options.privateKey);
    await user.know(outer.options, inner.options);
  });
  afterAll(async () => {
    await Promise.all([outer, inner, user].map((one) => one?.[Symbol.asyncDispose]()));
  });
  const hop = (name: "inner" | "outer", ...lines: string[]) => [
    ...alias(name, (name === "inner" ? inner : outer).options),
    `IdentityFile ${user.directory}/key-${name}`,
    ...lines,
  ];
  const pipe = () =>
    `"${process.execPath}" -e 'const s = net.connect(%p, "%h"); process.stdin.pipe(s).pipe(process.stdout)'`;
  /** A proxy that tells its process id and that of a program it starts beside itself. */
  const withCompany = async () => {
    const file = await user.put("pids", "");
    const script = `sleep 1000 & echo $! $$ >${file}; exec "$0" "$@"`;
    await user.config(...hop("inner"), `ProxyCommand sh -c '${script}' ${pipe()}`);
    return {
      configFile: `${user.directory}/config`,
      pids: () => readFileSync(file, "utf8").trim().split(" ").map(Number),
    };
  };
  const expectGone = async (pids: readonly number[]) => {
    for (let tries = 0; tries < 100 && pids.some(runs); tries++) await sleep(20);
    expect(pids.map(runs)).toEqual([false, false]);
  };

  test("carries the connection, and its whole group ends with it", async () => {
    const { configFile, pids } = await withCompany();
    const transport = await openSshTarget({ destination: "inner", configFile });
    const { exit } = await outcomeOf(await transport.start({ argv: ["true"] }));
    expect(exit.exitCode).toBe(0);
    expect(pids().map(runs)).toEqual([true, true]);
    await transport[Symbol.asyncDispose]();
    await expectGone(pids());
  });

  test("ends with a controller that is killed", async () => {
    const { configFile, pids } = await withCompany();
    const target = JSON.stringify({ destination: "inner", configFile });
    const script = await bundledScript(
      "proxy-owner",
      `import { openSshTarget } from "#core/host/ssh-target.ts";
      await openSshTarget(${target});
      process.stdout.write("open\\n");
      setInterval(() => {}, 1000);`,
    );
    const controller = spawn(process.execPath, [script], { stdio: ["ignore", "pipe", "inherit"] });
    await once(controller.stdout, "data");
    expect(pids().map(runs)).toEqual([true, true]);
    controller.kill("SIGKILL");
    await rm(script);
    await expectGone(pids());
  });

  test("ends when the login fails", async () => {
    const { configFile, pids } = await withCompany();
    await user.put("nothing-known", "");
    await expect(
      openSshTarget({
        destination: "inner",
        configFile,
        options: [`UserKnownHostsFile=${user.directory}/nothing-known`],
      }),
    ).rejects.toMatchObject({ code: "HOST_KEY_REJECTED" });
    await expectGone(pids());
  });

  test("that leads nowhere is given up in time, or when its caller says so", async () => {
    const file = await user.put("pids", "");
    await user.config(
      ...hop("inner"),
      `ProxyCommand sh -c 'sleep 1000 & echo $! $$ >${file}; exec sleep 1000'`,
    );
    const pids = () => readFileSync(file, "utf8").trim().split(" ").map(Number);
    await expect(user.machineOf("inner", { connectTimeoutMs: 500 })).rejects.toMatchObject({
      code: "HOST_UNREACHABLE",
      message: expect.stringContaining("did not answer in time"),
    });
    await expectGone(pids());
    const signal = AbortSignal.timeout(500);
    await expect(user.machineOf("inner", { signal })).rejects.toMatchObject({
      code: "INTERRUPTED",
    });
    await expectGone(pids());
  });

  test("of a jump host carries what goes through it", async () => {
    await user.config(
      ...hop("outer", `ProxyCommand ${pipe()}`),
      ...hop("inner", "ProxyJump outer"),
    );
    expect(await user.machineOf("inner")).toBe("inner");
    expect(await user.machineOf("outer")).toBe("outer");
  });

  test("that fails is quoted", async () => {
    await user.config(...hop("inner"), "ProxyCommand echo no way to %h from here >&2; exit 1");
    await expect(user.machineOf("inner")).rejects.toMatchObject({
      code: "HOST_UNREACHABLE",
      message: expect.stringContaining("no way to 127.0.0.1 from here"),
    });
  });
});

function runs(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, "latin1"));
  } catch {
    return false;
  }
}
