import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SshTarget } from "../../src/host/ssh/config/target.js";
import type { SshOptions } from "../../src/host/ssh.js";

/** A server as an alias of an ssh configuration, with files of its own. */
export interface ConfiguredTarget extends AsyncDisposable {
  readonly target: SshTarget;
  readonly directory: string;
}

/** Writes the configuration, key and known_hosts a user would have for a server. */
export async function configureTarget(
  options: SshOptions,
  lines: readonly string[] = [],
): Promise<ConfiguredTarget> {
  const directory = await mkdtemp(join(tmpdir(), "hoststack-target-"));
  const put = (name: string, text: string) =>
    writeFile(join(directory, name), text, { mode: 0o600 });
  const { host, port, user } = options;
  const known = options.hostKeys.map((line) => `[${host}]:${port} ${line}\n`);
  const config = [
    ...lines,
    "Host server",
    `HostName ${host}`,
    `Port ${port}`,
    `User ${user}`,
    `IdentityFile ${directory}/key`,
    "IdentitiesOnly yes",
    "IdentityAgent none",
    `UserKnownHostsFile ${directory}/known_hosts`,
    "GlobalKnownHostsFile /dev/null",
    "",
  ];
  await Promise.all([
    put("key", options.privateKey),
    put("known_hosts", known.join("")),
    put("config", config.join("\n")),
  ]);
  return {
    target: { destination: "server", configFile: join(directory, "config") },
    directory,
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  };
}
