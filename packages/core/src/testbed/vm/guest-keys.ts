import { generateKeyPairSync } from "node:crypto";

/** The key a guest's SSH server shows, made anew for every guest and run. */
export interface GuestHostKey {
  /** `ssh-ed25519 AAAA...`, as a client pins it. */
  readonly publicLine: string;
  /** The private key in dropbear's own file format. */
  readonly dropbear: Buffer;
}

const algorithm = "ssh-ed25519";

function sshString(content: string | Buffer): Buffer {
  const bytes = Buffer.from(content);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/** Makes an SSH host key. Dropbear keeps Ed25519 keys as name, length 64, private and public part. */
export function makeGuestHostKey(): GuestHostKey {
  const { privateKey } = generateKeyPairSync("ed25519");
  const { d = "", x = "" } = privateKey.export({ format: "jwk" });
  const [secret, open] = [Buffer.from(d, "base64url"), Buffer.from(x, "base64url")];
  const blob = Buffer.concat([sshString(algorithm), sshString(open)]);
  return {
    publicLine: `${algorithm} ${blob.toString("base64")}`,
    dropbear: Buffer.concat([sshString(algorithm), sshString(Buffer.concat([secret, open]))]),
  };
}
