import { createHash } from "node:crypto";
import { hoststackError } from "../../errors/error.js";

/** A host key's type and its fingerprint as `ssh-keygen -l` prints it. */
export function describeKey(key: Buffer): string {
  const hash = createHash("sha256").update(key).digest("base64").replace(/=+$/, "");
  return `${keyType(key)} SHA256:${hash}`;
}

/** The type named inside an SSH public key blob, e.g. `ssh-ed25519`. */
export function keyType(key: Buffer): string {
  return key.length < 4 ? "unknown" : key.toString("latin1", 4, 4 + key.readUInt32BE(0));
}

/** Host keys one server is known by, from OpenSSH public key lines. */
export interface PinnedKeys {
  /** Key types in the order they were given. */
  readonly types: readonly string[];
  holds(key: Buffer): boolean;
  /** HOST_KEY_REJECTED naming the key shown and the keys expected. */
  rejection(key: Buffer, where: string): Error;
}

/** Reads public key lines (`ssh-ed25519 AAAA... comment`). Throws OPTIONS_INVALID when one is not such a line or none is given. */
export function pinKeys(lines: readonly string[]): PinnedKeys {
  const keys = lines.map((line) => {
    const [type, body] = line.trim().split(/\s+/);
    const key = Buffer.from(body ?? "", "base64");
    if (type === undefined || keyType(key) !== type) {
      throw hoststackError("OPTIONS_INVALID", `"${line}" is not an OpenSSH public key line`, {
        remedy:
          'give host keys as "ssh-ed25519 AAAA...", as ssh-keyscan prints them after the name',
      });
    }
    return key;
  });
  if (keys.length === 0) {
    throw hoststackError("OPTIONS_INVALID", "no host key is given, so no server can be trusted", {
      remedy: "give the server's public host key; it is in /etc/ssh/ssh_host_*_key.pub there",
    });
  }
  return {
    types: keys.map(keyType),
    holds: (key) => keys.some((known) => known.equals(key)),
    rejection: (key, where) => rejection(key, { keys, where }),
  };
}

function rejection(key: Buffer, known: { keys: readonly Buffer[]; where: string }): Error {
  const expected = known.keys.map(describeKey);
  return hoststackError(
    "HOST_KEY_REJECTED",
    `${known.where} showed the host key ${describeKey(key)}, but is known by ${expected.join(" or ")}`,
    {
      remedy:
        "another machine may be answering; if the server was really reinstalled, read its key on its own console and replace the known one",
      details: { shown: describeKey(key), expected, host: known.where },
    },
  );
}
