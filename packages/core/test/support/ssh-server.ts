import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { diesWithOwner } from "../../src/host/owned.js";
import { makeKeyPair } from "../../src/host/ssh/key-pair.js";
import type { SshOptions } from "../../src/host/ssh.js";
import { unpackedPackages } from "../../src/packages/unpacked-packages.js";
import { defaultCacheDirectory } from "../../src/testbed/vm/cache-directory.js";
import { ordinaryId, type SudoAccount, sudoNamespace } from "./sudo-account.js";

/** A real SSH server on the loopback address; nothing of it is installed. */
export interface SshServer extends AsyncDisposable {
  /** Logs in to it. */
  readonly options: SshOptions;
  /** Kills (SIGKILL) the server's process of every connection, as if the network had gone. */
  cutConnections(): void;
  /** Stops the server's process of every connection from answering (SIGSTOP). */
  freezeConnections(): void;
  log(): string;
}

/** Which server, and what its one user finds there. */
export interface SshServerOptions {
  /** @default "openssh" */
  readonly kind?: "dropbear" | "openssh";
  /** Text of a script that is the user's login shell. @default /bin/sh */
  readonly shell?: string;
  /** Sessions OpenSSH grants per connection. @default 10 */
  readonly maxSessions?: number;
  /** Further lines of OpenSSH's configuration; they come first and so count. */
  readonly config?: readonly string[];
  /** Further lines of the user's authorized_keys. */
  readonly authorizedKeys?: readonly string[];
  /** Makes the account an ordinary one. @default it is root's */
  readonly sudo?: SudoAccount;
  /** Has the server in a network namespace of `ip netns`, at an address of it. @default 127.0.0.1 of this machine */
  readonly within?: { readonly namespace: string; readonly address: string };
}

const user = "guest";
/** The user's password, and its hash as /etc/shadow has it. */
export const guestPassword = "correct horse";
const passwordHash =
  "$6$hoststack$mz1i9LzkBF1eAqgCEDs8eKS25zvSx8PghiSHmus9e362L6MA3PP.T1ISucC72cjdfNicDdRFTwSeZeH/CQxFY/";
const libraries = ["usr/lib/x86_64-linux-gnu", "lib/x86_64-linux-gnu", "usr/lib/aarch64-linux-gnu"];

/** Packages of this computer's distribution, kept for later runs. */
export async function packageTree(...packages: [string, ...string[]]): Promise<string> {
  return (await unpackedPackages({ packages, cacheDirectory: defaultCacheDirectory() })).tree;
}

/** Starts a server as root in mount and process namespaces of its own. */
export async function openSshServer(options: SshServerOptions = {}): Promise<SshServer> {
  const kind = options.kind ?? "openssh";
  const tree = await packageTree(kind === "openssh" ? "openssh-server" : "dropbear-bin");
  const directory = await mkdtemp(join(tmpdir(), "hoststack-sshd-"));
  const host = makeKeyPair();
  const client = makeKeyPair();
  const port = await freePort();
  const shell = options.shell === undefined ? "/bin/sh" : join(directory, "shell");
  await chmod(directory, 0o755);
  const put = (name: string, text: string) => writeFile(join(directory, name), text);
  await Promise.all([
    put("host_key", host.openssh),
    put("authorized_keys", lines([client.publicLine, ...(options.authorizedKeys ?? [])])),
    put("sshd_config", sshdConfig({ directory, port, options })),
    put("shells", `${shell}\n`),
    put("shell", options.shell ?? ""),
    put("passwd", passwd({ directory, shell, id: options.sudo === undefined ? 0 : ordinaryId })),
    put("sudoers", options.sudo?.sudoers ?? ""),
    put("shadow", `root:*:1::::::\n${user}:${passwordHash}:1::::::\n`),
  ]);
  await Promise.all([
    chmod(join(directory, "host_key"), 0o600),
    chmod(join(directory, "authorized_keys"), 0o644),
    chmod(join(directory, "shell"), 0o755),
  ]);
  const child = startServer({
    tree,
    directory,
    run: [
      options.sudo === undefined ? "" : sudoNamespace(options.sudo, user),
      kind === "openssh" ? runOpenssh : runDropbear(port),
    ].join("\n"),
    sudoTree: options.sudo === undefined ? "" : await packageTree("sudo"),
    namespace: options.within?.namespace,
  });
  let log = "";
  child.stderr?.on("data", (chunk) => {
    log += String(chunk);
  });
  await listening(child, { port, log: () => log });
  const signalConnections = (signal: NodeJS.Signals) => {
    const [server] = childrenOf(Number(child.pid));
    // Orphans of its sessions are the server's children as well: it is the first process there.
    const connections = server === undefined ? [] : childrenOf(server).filter(isServer);
    for (const pid of connections) process.kill(pid, signal);
  };
  return {
    options: {
      host: options.within?.address ?? "127.0.0.1",
      port,
      user,
      privateKey: client.openssh,
      hostKeys: [host.publicLine],
    },
    cutConnections: () => signalConnections("SIGKILL"),
    freezeConnections: () => signalConnections("SIGSTOP"),
    log: () => log,
    [Symbol.asyncDispose]: async () => {
      child.kill("SIGKILL");
      if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
      await silence(port);
      await rm(directory, { recursive: true, force: true });
    },
  };
}

const lines = (texts: readonly string[]) => texts.map((text) => `${text}\n`).join("");

function sshdConfig(plan: { directory: string; port: number; options: SshServerOptions }): string {
  const { directory, port, options } = plan;
  return lines([
    ...(options.config ?? []),
    `Port ${port}`,
    "ListenAddress 127.0.0.1",
    ...(options.within === undefined ? [] : [`ListenAddress ${options.within.address}`]),
    `HostKey ${directory}/host_key`,
    `AuthorizedKeysFile ${directory}/authorized_keys`,
    "StrictModes no",
    "UsePAM no",
    "PidFile none",
    `MaxSessions ${options.maxSessions ?? 10}`,
  ]);
}

function passwd(plan: { directory: string; shell: string; id: number }): string {
  const { directory, shell, id } = plan;
  return [
    "root:x:0:0::/root:/bin/sh",
    "sshd:x:65533:65534::/run/sshd:/usr/sbin/nologin",
    `${user}:x:${id}:${id}::${directory}:${shell}`,
    "",
  ].join("\n");
}

const runOpenssh = `
mkdir /run/sshd
[ -d "$tree/usr/lib/openssh" ] && [ -d /usr/lib/openssh ] && mount --bind "$tree/usr/lib/openssh" /usr/lib/openssh
exec "$tree/usr/sbin/sshd" -D -e -f "$directory/sshd_config"
`;

const runDropbear = (port: number) => `
mkdir -m 700 "$directory/.ssh"
cp "$directory/authorized_keys" "$directory/.ssh/"
"$tree/usr/bin/dropbearconvert" openssh dropbear "$directory/host_key" "$directory/dropbear_key" || exit 1
exec "$tree/usr/sbin/dropbear" -F -E -p 127.0.0.1:${port} -r "$directory/dropbear_key"
`;

function startServer(server: {
  tree: string;
  sudoTree: string;
  directory: string;
  run: string;
  namespace: string | undefined;
}): ChildProcess {
  const script = `
tree=$1 directory=$2 sudo_tree=$3
mount -t tmpfs tmpfs /run && mount --bind "$directory/passwd" /etc/passwd || exit 1
mount --bind "$directory/shadow" /etc/shadow || exit 1
[ -e /etc/shells ] && mount --bind "$directory/shells" /etc/shells
export LD_LIBRARY_PATH=${libraries.map((path) => `"$tree"/${path}`).join(":")}
${server.run}`;
  const { namespace } = server;
  const run = [
    "unshare",
    "--mount",
    "--pid",
    "--fork",
    "--mount-proc",
    "--kill-child=SIGKILL",
    "sh",
    "-c",
    script,
    "sh",
    server.tree,
    server.directory,
    server.sudoTree,
  ] as const;
  const argv = diesWithOwner(
    namespace === undefined ? run : ["nsenter", `--net=/run/netns/${namespace}`, ...run],
  );
  return spawn(argv[0], argv.slice(1), { stdio: ["ignore", "ignore", "pipe"] });
}

function childrenOf(pid: number): number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, "latin1").trim();
  return text === "" ? [] : text.split(" ").map(Number);
}

function isServer(pid: number): boolean {
  return /^(sshd|dropbear)/.test(readFileSync(`/proc/${pid}/comm`, "latin1"));
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

/** Whether something listens on a port of 127.0.0.1, by a table of the kernel's. */
function isHeard(table: string, port: number): boolean {
  const number = port.toString(16).toUpperCase().padStart(4, "0");
  return readFileSync(table, "latin1").includes(`0100007F:${number} 00000000:0000 0A`);
}

async function listening(child: ChildProcess, server: { port: number; log: () => string }) {
  for (let tries = 0; tries < 1000; tries++) {
    if (child.exitCode !== null) break;
    if (isHeard(`/proc/${child.pid}/net/tcp`, server.port)) return;
    await sleep(10);
  }
  throw new Error(`the SSH server did not come up: ${server.log()}`);
}

/** The kernel ends the server's processes some time after the one that was killed. */
async function silence(port: number): Promise<void> {
  for (let tries = 0; tries < 1000 && isHeard("/proc/net/tcp", port); tries++) await sleep(10);
}
