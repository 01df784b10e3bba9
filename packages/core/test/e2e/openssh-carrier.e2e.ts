import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { openOpensshTransport } from "../../src/host/ssh/openssh/open.js";
import { isGone, outcomeOf } from "../../src/testing/transport-contract/collect.js";
import { openSshServer } from "../support/ssh-server.js";
import { configureTarget } from "../support/ssh-target.js";
import { bundledScript } from "./vm-bundled-script.js";

// The server changes users and mounts a user list of its own.
describe.skipIf(process.getuid?.() !== 0)("the ssh program as a carrier", () => {
  let temporary: string;

  beforeEach(async () => {
    temporary = await mkdtemp(join(tmpdir(), "t-"));
  });
  afterEach(() => rm(temporary, { recursive: true, force: true }));

  /** Puts what the carrier leaves in the temporary directory where it can be counted. */
  const watchTemporary = () => vi.stubEnv("TMPDIR", temporary);

  test("refuses a server it does not know, whatever the user's configuration says", async () => {
    await using server = await openSshServer();
    const lines = ["StrictHostKeyChecking no", "NoHostAuthenticationForLocalhost yes"];
    await using unknown = await configureTarget({ ...server.options, hostKeys: [] }, lines);
    await expect(openOpensshTransport(unknown.target)).rejects.toMatchObject({
      code: "HOST_KEY_REJECTED",
      message: expect.stringMatching(
        /showed the host key ssh-ed25519 SHA256:\S{43}, and is not known/,
      ),
      remedy: expect.stringContaining("accept-new"),
    });
    await using transport = await openOpensshTransport({
      ...unknown.target,
      hostKeyPolicy: "accept-new",
    });
    expect(transport.kind).toBe("ssh");
    const known = await readFile(join(unknown.directory, "known_hosts"), "utf8");
    expect(known).toContain(server.options.hostKeys[0]);
  });

  test("goes through a jump host, whose key it checks as well", async () => {
    await using gate = await openSshServer();
    await using server = await openSshServer();
    await using gateUser = await configureTarget(gate.options);
    const gateLines = (known: string) => [
      "Host gate",
      `HostName ${gate.options.host}`,
      `Port ${gate.options.port}`,
      `User ${gate.options.user}`,
      `IdentityFile ${gateUser.directory}/key`,
      `UserKnownHostsFile ${known}`,
      "StrictHostKeyChecking no",
      "Host server",
      "ProxyJump gate",
    ];
    const known = join(gateUser.directory, "known_hosts");
    await using right = await configureTarget(server.options, gateLines(known));
    await using transport = await openOpensshTransport(right.target);
    expect((await outcomeOf(await transport.start({ argv: ["true"] }))).exit.exitCode).toBe(0);
    expect(gate.log()).toContain("Accepted publickey");
    const empty = join(temporary, "known_hosts");
    await using wrong = await configureTarget(server.options, gateLines(empty));
    await expect(openOpensshTransport(wrong.target)).rejects.toMatchObject({
      code: "HOST_KEY_REJECTED",
      message: expect.stringContaining(`]:${gate.options.port} showed a host key`),
    });
  });

  test("asks once for a passphrase that ssh would ask for on a terminal", async () => {
    watchTemporary();
    const passphrase = 'it\'s $HOME "secret"';
    await using server = await openSshServer({ maxSessions: 3 });
    await using user = await configureTarget(server.options);
    const key = join(user.directory, "key");
    execFileSync("ssh-keygen", ["-q", "-p", "-P", "", "-N", passphrase, "-f", key]);
    const asked: string[] = [];
    const ask = ({ text }: { text: string }) => {
      asked.push(text);
      return Promise.resolve(passphrase);
    };
    await using transport = await openOpensshTransport({ ...user.target, ask });
    // More than one connection has room for.
    const running = await Promise.all(
      Array.from({ length: 4 }, () => transport.start({ argv: ["cat"] })),
    );
    await Promise.all(running.map(outcomeOf));
    expect(asked).toEqual([expect.stringContaining(key)]);
  });

  test("says that a login needs an answer nobody gives", async () => {
    await using server = await openSshServer();
    await using user = await configureTarget(server.options);
    const key = join(user.directory, "key");
    execFileSync("ssh-keygen", ["-q", "-p", "-P", "", "-N", "passphrase", "-f", key]);
    await expect(openOpensshTransport(user.target)).rejects.toMatchObject({
      code: "HOST_UNREACHABLE",
      message: expect.stringContaining("refused the login"),
    });
  });

  test("answers a server that asks whether it is alive", async () => {
    const config = ["ClientAliveInterval 1", "ClientAliveCountMax 1"];
    await using server = await openSshServer({ config });
    await using user = await configureTarget(server.options);
    await using transport = await openOpensshTransport(user.target);
    const { exit } = await outcomeOf(await transport.start({ argv: ["sleep", "3.5"] }));
    expect(exit.exitCode).toBe(0);
  });

  test("leaves no file and no process behind", async () => {
    watchTemporary();
    await using server = await openSshServer();
    await using user = await configureTarget(server.options);
    const before = await readdir(temporary);
    const transport = await openOpensshTransport(user.target);
    const [made] = (await readdir(temporary)).filter((name) => !before.includes(name));
    expect(made).toBeDefined();
    expect(processesNaming(String(made))).toBeGreaterThan(0);
    await transport[Symbol.asyncDispose]();
    const refused = openOpensshTransport({ ...user.target, destination: "no.such.host.invalid" });
    await expect(refused).rejects.toMatchObject({ code: "HOST_UNREACHABLE" });
    expect(await readdir(temporary)).toEqual(before);
    expect(processesNaming(String(made))).toBe(0);
  });

  test("dies with a controller that is killed, and so does what it started", async () => {
    watchTemporary();
    await using server = await openSshServer();
    await using user = await configureTarget(server.options);
    const before = await readdir(temporary);
    const script = await bundledScript(
      "openssh-owner",
      `import { openOpensshTransport } from "#core/host/ssh/openssh/open.ts";
      const transport = await openOpensshTransport(${JSON.stringify(user.target)});
      const { pid } = await transport.start({ argv: ["sleep", "100"] });
      process.stdout.write(pid + "\\n");
      setInterval(() => {}, 1000);`,
    );
    const controller = spawn(process.execPath, [script], { stdio: ["ignore", "pipe", "inherit"] });
    const [line] = await once(controller.stdout, "data");
    const [made] = (await readdir(temporary)).filter((name) => !before.includes(name));
    controller.kill("SIGKILL");
    await rm(script);
    for (let tries = 0; processesNaming(String(made)) > 0 && tries < 250; tries++) await sleep(20);
    expect(processesNaming(String(made))).toBe(0);
    expect(await readdir(temporary)).toEqual(before);
    await using transport = await openOpensshTransport(user.target);
    expect(await isGone(transport, String(line).trim())).toBe(true);
  });

  test("refuses a configuration that is not there, instead of going without it", async () => {
    const target = { destination: "server", configFile: join(temporary, "config") };
    await expect(openOpensshTransport(target)).rejects.toMatchObject({
      code: "OPTIONS_INVALID",
      message: expect.stringContaining("config"),
    });
  });

  test("says that ssh is not installed", async () => {
    await symlink("/bin/sh", join(temporary, "sh"));
    await symlink("/bin/rm", join(temporary, "rm"));
    await writeFile(join(temporary, "config"), "");
    vi.stubEnv("PATH", temporary);
    const target = { destination: "server", configFile: join(temporary, "config") };
    await expect(openOpensshTransport(target)).rejects.toMatchObject({
      code: "TOOL_MISSING",
      remedy: expect.stringContaining("openssh-client"),
    });
  });
});

/** Processes of this machine with a text in their arguments. */
function processesNaming(text: string): number {
  const listed = execFileSync("ps", ["-eo", "pid="], { encoding: "utf8" }).trim().split(/\s+/);
  return listed.filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, "latin1").includes(text);
    } catch {
      return false;
    }
  }).length;
}
