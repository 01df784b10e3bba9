import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { SshOptions } from "../../src/host/ssh.js";
import { openSshTarget, type SshTargetOptions } from "../../src/host/ssh-target.js";
import { outcomeOf, shell } from "../../src/testing/transport-contract/collect.js";

/** What a user has in `~/.ssh`, in a directory of its own: `ssh` finds the real one by the user list. */
export interface SshUser extends AsyncDisposable {
  readonly directory: string;
  /** Writes a file with mode 0600 and returns its path. */
  put(name: string, text: string): Promise<string>;
  read(name: string): Promise<string>;
  /** Writes `config`; every host gets the files of this directory. */
  config(...lines: readonly string[]): Promise<string>;
  /** Writes `known_hosts`, its names hashed. */
  know(...servers: readonly SshOptions[]): Promise<void>;
  /** Which machine (`SetEnv MACHINE=name`) answers for a destination. */
  machineOf(destination: string, more?: Partial<SshTargetOptions>): Promise<string>;
}

const run = promisify(execFile);

/** Runs a program of OpenSSH and returns what it printed. */
export async function openssh(file: string, ...args: string[]): Promise<string> {
  return (await run(file, args)).stdout;
}

/** The configuration of a server under a name. */
export function alias(name: string, { host, port, user }: SshOptions): string[] {
  return [`Host ${name}`, `HostName ${host}`, `Port ${port}`, `User ${user}`];
}

/** A known_hosts line, its name in clear. */
export function knownLine({ host, port, hostKeys }: SshOptions): string {
  return `[${host}]:${port} ${hostKeys[0]}\n`;
}

/** A user without keys, known hosts, agent or configuration. */
export async function openSshUser(): Promise<SshUser> {
  const directory = await mkdtemp(join(tmpdir(), "hoststack-ssh-user-"));
  const path = (name: string) => join(directory, name);
  const put = async (name: string, text: string) => {
    await writeFile(path(name), text, { mode: 0o600 });
    return path(name);
  };
  const machineOf: SshUser["machineOf"] = async (destination, more = {}) => {
    const target = { destination, configFile: path("config"), ...more };
    await using transport = await openSshTarget(target);
    const { stdout } = await outcomeOf(await transport.start(shell('printf %s "$MACHINE"')));
    return stdout.toString();
  };
  const defaults = [
    "Host *",
    `UserKnownHostsFile ${path("known_hosts")}`,
    "GlobalKnownHostsFile /dev/null",
    "IdentityAgent none",
    `IdentityFile ${path("key")}`,
  ];
  return {
    directory,
    put,
    read: (name) => readFile(path(name), "utf8"),
    config: (...lines) => put("config", `${[...lines, ...defaults].join("\n")}\n`),
    know: async (...servers) => {
      await put("known_hosts", servers.map(knownLine).join(""));
      await openssh("ssh-keygen", "-q", "-H", "-f", path("known_hosts"));
      await rm(path("known_hosts.old"));
    },
    machineOf,
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  };
}
