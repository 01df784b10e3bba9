import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { pipeline } from "node:stream/promises";

/** Raised when the same inputs give another kernel. */
const formatVersion = 1;

/** SHA-256 of text or bytes, in lower-case hexadecimal. */
export function sha256Of(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

/** SHA-256 of a file of the controller. */
export async function fileDigest(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}

/** SHA-256 of data; fields in another order are the same data. */
export function hashOf(data: unknown): string {
  return sha256Of(JSON.stringify([formatVersion, data], sorted));
}

function sorted(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** The tag of a kernel: what its local version is, and the name of its directory. */
export function kernelTag(inputs: unknown): string {
  return `hs${hashOf(inputs).slice(0, 10)}`;
}
