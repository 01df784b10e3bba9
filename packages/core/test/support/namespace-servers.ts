import { execFile } from "node:child_process";
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { makeKeyPair } from "../../src/host/ssh/key-pair.js";
import { startKeeper } from "../../src/testbed/netns/keeper.js";
import { linkAddress } from "../../src/testbed/netns/wiring.js";
import { packageArchive } from "./package-archive.js";
import { packageTree } from "./ssh-server.js";

const run = promisify(execFile);

/**
 * Two hosts, each a network namespace with a data NIC and an SSH server inside, reached by the user's
 * SSH configuration alone: `client`, `server`, and `over-data`, which is the server again, but reached
 * from the client over the data NIC.
 */
export interface NamespaceServers extends AsyncDisposable {
  readonly directory: string;
  /** Path of the SSH configuration. */
  readonly config: string;
  /** Runs a program in the namespaces of a host. */
  inside(host: "client" | "server", ...argv: readonly string[]): Promise<string>;
  /** Writes a file beside the configuration and returns its path. */
  put(name: string, text: string): Promise<string>;
  /** Writes the testbed file of the two and their link, and returns its path. */
  putTestbed(): Promise<string>;
  /** Has apt on forgetful hosts, which reach no network, know these packages of this machine and no others. */
  supplyPackages(...names: readonly string[]): Promise<void>;
}

const testbedFile = `version: 1
hosts:
  client: { ssh: { destination: client, config: ./config } }
  server: { ssh: { destination: server, config: ./config } }
links:
  - { name: data, ends: [{ host: client, nic: lab0 }, { host: server, nic: lab0 }] }
evidence: namespace
`;

const hostNames = ["client", "server"] as const;

/** Where the server listens on its data address. */
const dataPort = 2222;

const libraries = ["usr/lib/x86_64-linux-gnu", "lib/x86_64-linux-gnu", "usr/lib/aarch64-linux-gnu"];

/** Arguments: package tree, directory. The mounts are those of the host's own namespace. */
const prepare = `
mount -t tmpfs tmpfs /run && mkdir /run/sshd && mount --bind "$2/passwd" /etc/passwd || exit 1
[ -d "$1/usr/lib/openssh" ] && [ -d /usr/lib/openssh ] && mount --bind "$1/usr/lib/openssh" /usr/lib/openssh
exit 0
`;

/**
 * Argument: a directory for what is written. Everything but /tmp becomes a copy that forgets, with a machine-id of
 * its own and nothing of hoststack's.
 */
const forget = `
mount --make-rprivate / && mount -t tmpfs tmpfs "$1" && cd "$1" && mkdir upper work root &&
mount -t overlay overlay -o lowerdir=/,upperdir="$1/upper",workdir="$1/work" root && cd root &&
mount --rbind /dev dev && mount --rbind /proc proc && mount --rbind /sys sys && mount --bind /tmp tmp &&
mkdir -p old_root && pivot_root . old_root && cd / && umount -l old_root || exit 1
tr -d - </proc/sys/kernel/random/uuid >/etc/machine-id && rm -rf /var/lib/hoststack
`;

/** Argument: the only source of packages. */
const supply = `
rm -rf /etc/apt/apt.conf.d/docker-clean /etc/apt/sources.list.d /var/lib/apt/lists
printf '%s\\n' "$1" >/etc/apt/sources.list && apt-get update -q
`;

const passwd = `root:x:0:0::/root:/bin/sh
sshd:x:65533:65534::/run/sshd:/usr/sbin/nologin
guest:x:0:0::/root:/bin/sh
plain:x:65532:65534::/tmp:/bin/sh
`;

/**
 * Every connection starts a server of its own inside the namespaces; one of the server's listens. Hosts that are
 * `forgetful` are machines of their own as far as files go, and what is written to theirs is gone at the end.
 */
export async function openNamespaceServers({
  forgetful = false,
}: {
  readonly forgetful?: boolean;
} = {}): Promise<NamespaceServers> {
  const tree = await packageTree("openssh-server");
  const directory = await mkdtemp(join(tmpdir(), "hoststack-pair-"));
  const keeper = await startKeeper({ mtuBytes: 1500, userNamespace: false });
  const put = async (name: string, text: string) => {
    await writeFile(join(directory, name), text, { mode: 0o600 });
    return join(directory, name);
  };
  const enter = (host: "client" | "server") => [
    "nsenter",
    `--target=${keeper.hostPids[host === "client" ? 0 : 1]}`,
    ...["--net", "--pid", "--mount", "--"],
  ];
  const inside: NamespaceServers["inside"] = async (host, ...argv) => {
    const [program = "", ...rest] = [...enter(host), ...argv];
    return (await run(program, rest)).stdout;
  };
  const supplyPackages: NamespaceServers["supplyPackages"] = async (...names) => {
    const { sourceLine } = await packageArchive(join(directory, "archive"), names);
    for (const host of hostNames) await inside(host, "sh", "-c", supply, "sh", sourceLine);
  };
  const dispose = async () => {
    await keeper[Symbol.asyncDispose]();
    await rm(directory, { recursive: true, force: true });
  };
  try {
    const key = makeKeyPair();
    const hostKey = makeKeyPair();
    await chmod(directory, 0o755);
    await put("key", key.openssh);
    await put("host_key", hostKey.openssh);
    await put("authorized_keys", `${key.publicLine}\n`);
    await put(
      "known_hosts",
      ["client", "server"].map((n) => `${n} ${hostKey.publicLine}\n`).join(""),
    );
    await chmod(await put("passwd", passwd), 0o644);
    await chmod(join(directory, "authorized_keys"), 0o644);
    await put("sshd_config", sshdConfig(directory));
    await put("config", sshConfig({ directory, tree, enter }));
    await put("dial.cjs", dial);
    for (const host of hostNames) {
      if (forgetful) {
        await mkdir(join(directory, host));
        await inside(host, "sh", "-c", forget, "sh", join(directory, host));
      }
      await inside(host, "sh", "-c", prepare, "sh", tree, directory);
    }
    const [program = "", ...rest] = serverArgv({ tree, directory });
    await inside("server", program, ...rest, "-p", `${dataPort}`);
    return {
      directory,
      config: join(directory, "config"),
      inside,
      put,
      putTestbed: () => put("lab.yaml", testbedFile),
      supplyPackages,
      [Symbol.asyncDispose]: dispose,
    };
  } catch (error) {
    await dispose();
    throw error;
  }
}

const sshdConfig = (directory: string): string =>
  [
    `HostKey ${directory}/host_key`,
    `AuthorizedKeysFile ${directory}/authorized_keys`,
    "StrictModes no",
    "UsePAM no",
    "PidFile none",
    "",
  ].join("\n");

/** Between the standard streams and a TCP connection, for a ProxyCommand. */
const dial = `
const { connect } = require("node:net");
const socket = connect(Number(process.argv[3]), process.argv[2]);
process.stdin.pipe(socket).pipe(process.stdout);
socket.on("close", () => process.exit());
`;

function serverArgv({ tree, directory }: { tree: string; directory: string }): string[] {
  const path = libraries.map((library) => `${tree}/${library}`).join(":");
  return [
    "env",
    `LD_LIBRARY_PATH=${path}`,
    `${tree}/usr/sbin/sshd`,
    "-f",
    `${directory}/sshd_config`,
  ];
}

function sshConfig(plan: {
  directory: string;
  tree: string;
  enter: (host: "client" | "server") => string[];
}): string {
  const { directory, enter } = plan;
  const server = serverArgv(plan).join(" ");
  const host = (name: "client" | "server") => [
    `Host ${name} plain-${name}`,
    `HostKeyAlias ${name}`,
    `ProxyCommand ${enter(name).join(" ")} ${server} -i`,
  ];
  return [
    "Host plain-*",
    "User plain",
    ...host("client"),
    ...host("server"),
    "Host over-data",
    "HostKeyAlias server",
    `ProxyCommand ${enter("client").join(" ")} ${process.execPath} ${directory}/dial.cjs ${linkAddress(0, 1)} ${dataPort}`,
    "Host *",
    "User guest",
    `UserKnownHostsFile ${directory}/known_hosts`,
    "GlobalKnownHostsFile /dev/null",
    "IdentityAgent none",
    `IdentityFile ${directory}/key`,
    "",
  ].join("\n");
}
