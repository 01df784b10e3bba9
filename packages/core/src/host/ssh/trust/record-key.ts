import { createHmac, randomBytes } from "node:crypto";
import { mkdir, open, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { hoststackError } from "../../../errors/error.js";
import { expandTilde } from "../config/tokens.js";
import { keyType } from "../host-key.js";

/** A key to be remembered, and under which name. */
export interface NewKey {
  readonly file: string;
  readonly name: string;
  readonly key: Buffer;
  /** Hide the name as HashKnownHosts does. */
  readonly hashed: boolean;
}

/** The name as a hashed known_hosts line holds it. */
function hashedName(name: string): string {
  const salt = randomBytes(20);
  const hash = createHmac("sha1", salt).update(name).digest("base64");
  return `|1|${salt.toString("base64")}|${hash}`;
}

/**
 * Throws OPTIONS_INVALID for something that is there but keeps nothing, as `/dev/null`: every key would
 * be new to it for ever.
 */
export async function checkRecordable(file: string): Promise<void> {
  const path = expandTilde(file);
  const status = await stat(path).catch(() => undefined);
  if (status?.isFile() === false) throw unrecordable(path, new Error("it is not a file"));
}

/**
 * Adds a line to a known_hosts file. One write to a file opened for appending: lines of writers at
 * the same time neither mix nor get lost. Throws OPTIONS_INVALID when the file cannot be written, or
 * keeps nothing.
 */
export async function recordKey({ file, name, key, hashed }: NewKey): Promise<void> {
  const path = expandTilde(file);
  const words = [hashed ? hashedName(name) : name, keyType(key), key.toString("base64")];
  await checkRecordable(file);
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await using known = await open(path, "a+", 0o600);
    const { size } = await known.stat();
    const last = Buffer.alloc(1);
    if (size > 0) await known.read(last, 0, 1, size - 1);
    // A last line without its end would swallow ours.
    const start = size === 0 || last.toString() === "\n" ? "" : "\n";
    await known.write(`${start}${words.join(" ")}\n`);
  } catch (cause) {
    throw unrecordable(path, cause);
  }
}

function unrecordable(path: string, cause: unknown): Error {
  const why = cause instanceof Error ? cause.message : String(cause);
  return hoststackError("OPTIONS_INVALID", `${path}: the new host key cannot be recorded: ${why}`, {
    cause,
    remedy:
      "make UserKnownHostsFile name a file that can be written, or put the key into one by hand",
  });
}
