import { access, readFile, stat } from "node:fs/promises";
import { publicHalf, publicLineBlob } from "./key-blob.js";

/** What an IdentityFile of the configuration turned out to be. */
export interface KeyFile {
  /** As the configuration names it. */
  readonly name: string;
  readonly path: string;
  /** Public half; undefined when it could not be had. */
  readonly blob: Buffer | undefined;
  /** Text of the private key, possibly encrypted; undefined when only an agent can have it. */
  readonly privateText: string | undefined;
  readonly encrypted: boolean;
  /** A certificate for it lies beside it. */
  readonly certificate: boolean;
  /** Why it cannot be used. */
  readonly problem: string | undefined;
}

/** Files OpenSSH tries when none is configured; most of them exist on no machine. */
const defaultName = /^~\/\.ssh\/id_(rsa|ecdsa|ecdsa_sk|ed25519|ed25519_sk|xmss|dsa)$/;

/** Reads an identity file and what lies beside it. Undefined for a default file that is missing. */
export async function readKeyFile(name: string, path: string): Promise<KeyFile | undefined> {
  const [text, beside, certificate] = await Promise.all([
    readText(path),
    readText(`${path}.pub`),
    exists(`${path}-cert.pub`),
  ]);
  const base = { name, path, certificate, encrypted: false, privateText: undefined };
  const publicText = typeof beside === "string" ? publicLineBlob(beside) : undefined;
  if (typeof text !== "string") {
    if (publicText !== undefined) return { ...base, blob: publicText, problem: undefined };
    if (text.code === "ENOENT" && defaultName.test(name)) return undefined;
    return { ...base, blob: undefined, problem: problemOf(text) };
  }
  const line = publicLineBlob(text);
  if (line !== undefined) return { ...base, blob: line, problem: undefined };
  const half = publicHalf(text);
  const blob = half?.blob ?? publicText;
  const problem = (await isOpenToOthers(path))
    ? "others can read the file; chmod 600 it"
    : unreadable(text, blob);
  const encrypted = half?.encrypted ?? blob !== undefined;
  return { ...base, blob, encrypted, privateText: text, problem };
}

function unreadable(text: string, blob: Buffer | undefined): string | undefined {
  if (blob !== undefined) return undefined;
  return /ENCRYPTED/.test(text)
    ? "an encrypted key without its .pub file beside it"
    : "not a private key of a known form";
}

function problemOf(error: NodeJS.ErrnoException): string {
  if (error.code === "ENOENT") return "no such file";
  return error.code === "EACCES" ? "not readable" : error.message;
}

function readText(path: string): Promise<NodeJS.ErrnoException | string> {
  return readFile(path, "latin1").catch((error: NodeJS.ErrnoException) => error);
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** `ssh` uses no private key of ours that others may read. */
async function isOpenToOthers(path: string): Promise<boolean> {
  const { mode, uid } = await stat(path);
  return uid === process.getuid?.() && (mode & 0o077) !== 0;
}
