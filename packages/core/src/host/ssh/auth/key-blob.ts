import ssh2, { type ParsedKey } from "ssh2";

const opensshMark = "openssh-key-v1\0";

/** The public half of a key, without any passphrase. */
export interface PublicHalf {
  readonly blob: Buffer;
  /** The private half cannot be read without a passphrase. */
  readonly encrypted: boolean;
}

/**
 * The public half an OpenSSH private key file carries in clear, or that of an unencrypted key in
 * another form; undefined when the text holds neither.
 */
export function publicHalf(text: string): PublicHalf | undefined {
  const body = /-----BEGIN OPENSSH PRIVATE KEY-----([^-]*)-----END/.exec(text)?.[1];
  if (body !== undefined) return fromOpenssh(Buffer.from(body, "base64"));
  const parsed = ssh2.utils.parseKey(text);
  if (parsed instanceof Error || !parsed.isPrivateKey()) return undefined;
  return { blob: parsed.getPublicSSH(), encrypted: false };
}

/** PROTOCOL.key of OpenSSH: mark, cipher, KDF, its options, number of keys, public key. */
function fromOpenssh(bytes: Buffer): PublicHalf | undefined {
  if (bytes.toString("latin1", 0, opensshMark.length) !== opensshMark) return undefined;
  let at = opensshMark.length;
  const next = (): Buffer => {
    const start = at + 4;
    at = start + bytes.readUInt32BE(at);
    return bytes.subarray(start, at);
  };
  try {
    const cipher = next().toString("latin1");
    next();
    next();
    at += 4;
    return { blob: next(), encrypted: cipher !== "none" };
  } catch {
    return undefined;
  }
}

/** The blob of a public key line (`ssh-ed25519 AAAA... comment`), if it is one. */
export function publicLineBlob(text: string): Buffer | undefined {
  const body = /^[a-z][a-z0-9@.-]+ +(AAAA[A-Za-z0-9+/]+=*)/.exec(text)?.[1];
  return body === undefined ? undefined : Buffer.from(body, "base64");
}

/** A public key as ssh2 offers it; undefined for a type it does not know. */
export function offeredKey(type: string, blob: Buffer): ParsedKey | undefined {
  const parsed = ssh2.utils.parseKey(`${type} ${blob.toString("base64")}`);
  return parsed instanceof Error ? undefined : parsed;
}
