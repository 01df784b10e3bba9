import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Host } from "../../src/host/host.js";
import { machineOf } from "./debian-guest.js";
import { account, type InstalledDebian, installDebian } from "./installed-debian.js";
import { type RebootingGuest, startRebootingGuest } from "./rebooting-guest.js";

/** Two computers as a user has them, reached by the user's SSH configuration alone. */
export interface DebianServers extends AsyncDisposable {
  /** Path of the testbed file: hosts `client`, an ordinary account with sudo, and `server`, root's. */
  readonly testbed: string;
  /** What a script prints on a host. Run as root. */
  output(host: ServerName, script: string): Promise<string>;
}

const names = ["client", "server"] as const;
type ServerName = (typeof names)[number];

const mtuBytes = 9000;
/** What the kernel calls a card in this slot. */
const data = { slot: "0x8", nic: "enp0s8" } as const;
const macOf = (index: number) => `52:54:00:77:00:0${index + 1}`;

/** Cards are told apart by their addresses: both computers start from one disk. */
const networkFiles = Object.fromEntries([
  ["etc/hosts", `127.0.0.1 localhost ${names.join(" ")}\n`],
  ["etc/systemd/network/20-management.network", "[Match]\nName=en*\n[Network]\nDHCP=ipv4\n"],
  ...names.map((name, index) => [
    `etc/systemd/network/10-${name}.network`,
    `[Match]\nMACAddress=${macOf(index)}\n[Link]\nMTUBytes=${mtuBytes}\n[Network]\nAddress=10.77.0.${index + 1}/24\n`,
  ]),
]);

/** The wire of a card between two QEMUs, by paths relative to the directory of each. */
function startServer(image: InstalledDebian, directory: string, index: number) {
  const [own = "", peer = ""] = index === 0 ? names : names.toReversed();
  const ends = `local.type=unix,local.path=wire,remote.type=unix,remote.path=../${peer}/wire`;
  return startRebootingGuest({
    ...{ login: image.login, directory: join(directory, own), memoryMib: 2048 },
    translatedMib: 512,
    machine: [
      ...machineOf(image, own),
      ...["-netdev", `dgram,id=data,${ends}`],
      ...["-device", `virtio-net-pci,netdev=data,mac=${macOf(index)},addr=${data.slot},romfile=`],
    ],
  });
}

const sshConfig = (directory: string, ports: readonly number[]): string =>
  [
    ...names.flatMap((name, index) => [
      `Host ${name}`,
      `Port ${ports[index]}`,
      `User ${name === "client" ? account : "root"}`,
      `HostKeyAlias ${name}`,
    ]),
    "Host *",
    "HostName 127.0.0.1",
    "IdentityAgent none",
    `IdentityFile ${directory}/key`,
    `UserKnownHostsFile ${directory}/known_hosts`,
    "GlobalKnownHostsFile /dev/null",
    "",
  ].join("\n");

const testbedFile = `version: 1
hosts:
  client: { ssh: { destination: client, config: ./ssh_config, sudo: true } }
  server: { ssh: { destination: server, config: ./ssh_config } }
links:
  - { name: data, mtuBytes: ${mtuBytes}, ends: [{ host: client, nic: ${data.nic} }, { host: server, nic: ${data.nic} }] }
`;

/** Installs what both computers boot from, below a directory. Takes some minutes; needs root. */
export const installServers = (
  directory: string,
  packages: readonly string[],
): Promise<InstalledDebian> => installDebian(directory, { packages, files: networkFiles });

/**
 * Starts two installed Debians with a data link of their own and an SSH server each, which is reached over another
 * card. They reach no other network, and what they write is forgotten. Emulated, they take a minute to come up.
 */
export async function startDebianServers(
  image: InstalledDebian,
  directory: string,
): Promise<DebianServers> {
  const guests: RebootingGuest[] = [];
  const dispose = async () => {
    await Promise.all(guests.map((guest) => guest[Symbol.asyncDispose]()));
  };
  try {
    for (const [index, name] of names.entries()) {
      await mkdir(join(directory, name));
      guests.push(await startServer(image, directory, index));
    }
    const known = names.flatMap((name) => image.login.hostKeys.map((key) => `${name} ${key}\n`));
    const texts = {
      key: image.login.privateKey,
      known_hosts: known.join(""),
      ssh_config: sshConfig(
        directory,
        guests.map(({ port }) => port),
      ),
      "lab.yaml": testbedFile,
    };
    for (const [name, text] of Object.entries(texts)) {
      await writeFile(join(directory, name), text, { mode: 0o600 });
    }
    const opened = await Promise.all(guests.map((guest) => guest.up()));
    const hosts = Object.fromEntries(names.map((name, index) => [name, opened[index] as Host]));
    return {
      testbed: join(directory, "lab.yaml"),
      output: async (name, script) => {
        const { stdout } = await (hosts[name] as Host).run({ argv: ["sh", "-c", script] });
        return stdout;
      },
      [Symbol.asyncDispose]: async () => {
        await Promise.all(opened.map((host) => host[Symbol.asyncDispose]()));
        await dispose();
      },
    };
  } catch (error) {
    await dispose();
    throw error;
  }
}
