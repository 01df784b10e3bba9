import { writeFile } from "node:fs/promises";
import { join } from "node:path";
/**
 * Writes what commands reach a guest by, as a user has it: a testbed file with the host `disk`, and the SSH configuration
 * it names. Returns the path of the testbed file.
 */
export async function writeDiskTestbed(
  {
    login,
    user = "root",
  }: {
    readonly login: { readonly privateKey: string; readonly hostKeys: readonly string[] };
    readonly user?: string;
  },
  { port }: { readonly port: number },
  directory: string,
): Promise<string> {
  const put = (name: string, text: string) =>
    writeFile(join(directory, name), text, { mode: 0o600 });
  await put("key", login.privateKey);
  await put("known_hosts", login.hostKeys.map((key) => `disk ${key}\n`).join(""));
  await put(
    "ssh_config",
    [
      "Host disk",
      "HostName 127.0.0.1",
      `Port ${port}`,
      `User ${user}`,
      "HostKeyAlias disk",
      "IdentityAgent none",
      // an emulated computer on a busy machine takes its time with a login
      "ConnectTimeout 60",
      `IdentityFile ${directory}/key`,
      `UserKnownHostsFile ${directory}/known_hosts`,
      "GlobalKnownHostsFile /dev/null",
      "",
    ].join("\n"),
  );
  const testbed = `version: 1
hosts:
  disk: { ssh: { destination: disk, config: ./ssh_config } }
  other: { ssh: { destination: other, config: ./ssh_config } }
links:
  - { name: data, ends: [{ host: disk, nic: eth1 }, { host: other, nic: eth1 }] }
`;
  await put("lab.yaml", testbed);
  return join(directory, "lab.yaml");
}
