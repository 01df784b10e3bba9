import { join } from "node:path";
import type { TestbedFile } from "../file/schema.js";
import type { GuestLogin } from "../vm/open-vm-testbed.js";
import { type OpenLedger, writePrivate } from "./ledger.js";

/** Name of the SSH configuration of a testbed's guests in its directory. */
export const sshConfigFile = "ssh_config";
/** Name of the testbed file of a testbed's guests in its directory. */
export const testbedFile = "testbed.yaml";

/** A path as the configuration of OpenSSH has it: quoted, and without tokens to be replaced. */
const configPath = (path: string): string => `"${path.replaceAll("%", "%%")}"`;

function sshConfig(directory: string, ledger: OpenLedger): string {
  const hosts = ledger.hosts.flatMap(({ name, sshPort }) => [
    `Host ${name}`,
    "  HostName 127.0.0.1",
    `  Port ${sshPort}`,
    `  HostKeyAlias ${name}`,
    "",
  ]);
  return [
    ...hosts,
    "Host *",
    "  User root",
    `  IdentityFile ${configPath(join(directory, "id"))}`,
    "  IdentitiesOnly yes",
    "  IdentityAgent none",
    `  UserKnownHostsFile ${configPath(join(directory, "known_hosts"))}`,
    "  GlobalKnownHostsFile /dev/null",
    "  StrictHostKeyChecking yes",
    "",
  ].join("\n");
}

function fileOf({ hosts, links, evidence }: OpenLedger): TestbedFile {
  const ways = hosts.map(({ name }) => [
    name,
    { ssh: { destination: name, config: `./${sshConfigFile}` } },
  ]);
  return {
    version: 1,
    hosts: Object.fromEntries(ways),
    links: links.map(({ name, mtuBytes, ends }) => ({ name, mtuBytes, ends })),
    evidence,
  };
}

/** Writes what other programs need to use the guests: a login for OpenSSH, and a testbed file. */
export async function writeGuestFiles(
  directory: string,
  ledger: OpenLedger,
  logins: readonly GuestLogin[],
): Promise<void> {
  const { stringify } = await import("yaml");
  const known = ledger.hosts.map(({ name }, index) => `${name} ${logins[index]?.hostKey}\n`);
  const files = {
    id: logins[0]?.privateKey ?? "",
    known_hosts: known.join(""),
    [sshConfigFile]: sshConfig(directory, ledger),
    [testbedFile]: stringify(fileOf(ledger)),
  };
  for (const [name, text] of Object.entries(files)) await writePrivate(join(directory, name), text);
}
