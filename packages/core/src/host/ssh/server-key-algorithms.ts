import type { ServerHostKeyAlgorithm } from "ssh2";

const serverKeyAlgorithms: readonly ServerHostKeyAlgorithm[] = [
  "ssh-ed25519",
  "ecdsa-sha2-nistp256",
  "ecdsa-sha2-nistp384",
  "ecdsa-sha2-nistp521",
  "rsa-sha2-512",
  "rsa-sha2-256",
];

/** Known types first, so that a server with several keys shows one that can be checked. */
export function preferTypes(types: readonly string[]): ServerHostKeyAlgorithm[] {
  const known = (name: string) => types.includes(name.startsWith("rsa-") ? "ssh-rsa" : name);
  return [
    ...serverKeyAlgorithms.filter(known),
    ...serverKeyAlgorithms.filter((name) => !known(name)),
  ];
}
