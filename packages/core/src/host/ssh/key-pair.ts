import { generateKeyPairSync, randomBytes } from "node:crypto";

/** An Ed25519 key pair in the forms SSH programs read. */
export interface KeyPair {
  /** `ssh-ed25519 AAAA...`, as clients pin it and `authorized_keys` lists it. */
  readonly publicLine: string;
  /** The private key as OpenSSH writes it, without passphrase (PROTOCOL.key of OpenSSH). */
  readonly openssh: string;
  /** The private key in dropbear's file format: name, then length 64, private and public part. */
  readonly dropbear: Buffer;
}

const algorithm = "ssh-ed25519";
/** OpenSSH pads the private part to the block size of its cipher, which is 8 for "none". */
const blockBytes = 8;

function sshString(content: string | Buffer): Buffer {
  const bytes = Buffer.from(content);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/**
 * Makes a key pair. Node's own generator is used, since that of ssh2 1.17 drops a leading zero byte
 * and so fails for one key in 256.
 */
export function makeKeyPair(): KeyPair {
  const { d = "", x = "" } = generateKeyPairSync("ed25519").privateKey.export({ format: "jwk" });
  return keyPairOf(Buffer.from(d, "base64url"), Buffer.from(x, "base64url"));
}

/** The forms of a key given by its private and public part, 32 bytes each. */
export function keyPairOf(secret: Buffer, open: Buffer): KeyPair {
  const blob = Buffer.concat([sshString(algorithm), sshString(open)]);
  const both = sshString(Buffer.concat([secret, open]));
  return {
    publicLine: `${algorithm} ${blob.toString("base64")}`,
    openssh: opensshPem(blob, both),
    dropbear: Buffer.concat([sshString(algorithm), both]),
  };
}

function opensshPem(blob: Buffer, both: Buffer): string {
  const check = randomBytes(4);
  const inner = Buffer.concat([check, check, blob, both, sshString("")]);
  const missing = (blockBytes - (inner.length % blockBytes)) % blockBytes;
  const padding = Buffer.from(Array.from({ length: missing }, (_, index) => index + 1));
  const one = Buffer.from([0, 0, 0, 1]);
  const whole = Buffer.concat([
    Buffer.from("openssh-key-v1\0"),
    ...["none", "none", ""].map(sshString),
    one,
    sshString(blob),
    sshString(Buffer.concat([inner, padding])),
  ]);
  const lines = whole.toString("base64").match(/.{1,70}/g) ?? [];
  const [begin, end] = ["BEGIN", "END"].map((edge) => `-----${edge} OPENSSH PRIVATE KEY-----`);
  return [begin, ...lines, end, ""].join("\n");
}
