import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  openSshServer,
  type SshServer,
  type SshServerOptions,
} from "../../packages/core/test/support/ssh-server.js";

/** Real sshds on this machine, each a host of its own as far as clients can tell. */
export interface SshFleet extends AsyncDisposable {
  readonly servers: readonly SshServer[];
  /** Aliases of the servers in `config`. */
  readonly names: readonly string[];
  /** An ssh_config by which OpenSSH and all that uses it reaches the servers, keys checked. */
  readonly config: string;
  /** Private directory, for files of peers. */
  readonly directory: string;
}

const hostEntry = (directory: string, name: string, { options }: SshServer): string =>
  [
    `Host ${name}`,
    `  HostName ${options.host}`,
    `  Port ${options.port}`,
    `  User ${options.user}`,
    `  IdentityFile ${join(directory, name)}`,
    "",
  ].join("\n");

const common = (directory: string): string =>
  [
    "Host *",
    "  IdentitiesOnly yes",
    "  StrictHostKeyChecking yes",
    `  UserKnownHostsFile ${join(directory, "known_hosts")}`,
    "  GlobalKnownHostsFile /dev/null",
    "",
  ].join("\n");

/** Starts servers; their user's login shell is /bin/sh. */
export async function openSshFleet(
  count: number,
  where: Pick<SshServerOptions, "within"> = {},
): Promise<SshFleet> {
  const servers: SshServer[] = [];
  const directory = await mkdtemp(join(tmpdir(), "hoststack-bench-"));
  const dispose = async () => {
    await Promise.all(servers.map((server) => server[Symbol.asyncDispose]()));
    await rm(directory, { recursive: true, force: true });
  };
  try {
    for (let index = 0; index < count; index++) {
      servers.push(await openSshServer({ ...where, config: ["Subsystem sftp internal-sftp"] }));
    }
    const names = servers.map((_, index) => `n${index + 1}`);
    const known = servers.flatMap(({ options }) =>
      options.hostKeys.map((key) => `[${options.host}]:${options.port} ${key}\n`),
    );
    const entries = servers.map((server, index) => hostEntry(directory, `n${index + 1}`, server));
    await writeFile(join(directory, "known_hosts"), known.join(""));
    await writeFile(join(directory, "config"), [...entries, common(directory)].join("\n"));
    for (const [index, { options }] of servers.entries()) {
      await writeFile(join(directory, `n${index + 1}`), options.privateKey, { mode: 0o600 });
    }
    const config = join(directory, "config");
    return { servers, names, config, directory, [Symbol.asyncDispose]: dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}
