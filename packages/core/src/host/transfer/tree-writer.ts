import type { Hash } from "node:crypto";
import {
  chmodSync,
  closeSync,
  copyFileSync,
  fchmodSync,
  futimesSync,
  linkSync,
  openSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { mkdir, open } from "node:fs/promises";
import { hoststackError } from "../../errors/error.js";
import { breather } from "./breather.js";
import { type BytePath, below, pathBytes, shownPath } from "./byte-path.js";
import { type DigestName, newDigest } from "./digest.js";
import { smallBytes } from "./local-content.js";
import type { Tree, TreeEntry } from "./tree-entry.js";

/** Where a tree is made, and of what. */
export interface TreeWriterParts {
  readonly directory: string;
  /** The tree that is there already. */
  readonly old: string;
  /** The host's name in messages. */
  readonly where: string;
  readonly digest: DigestName;
}

/** Writes a received tree into an empty directory; nothing that exists is ever written to. */
export class TreeWriter {
  readonly #parts: TreeWriterParts;
  readonly #breathe = breather();
  readonly #received = new Set<BytePath>();

  constructor(parts: TreeWriterParts) {
    this.#parts = parts;
  }

  /** Makes the directories, for now writable. */
  async directories(tree: Tree): Promise<void> {
    for (const { kind, path } of tree.values()) {
      if (kind === "directory" && path !== ".") await mkdir(this.#at(path), { mode: 0o700 });
    }
  }

  /** Writes a file of the content that comes in. Throws TRANSFER_FAILED when it is not what was listed. */
  async file(entry: TreeEntry, content: AsyncIterable<Buffer>): Promise<void> {
    this.#received.add(entry.path);
    if (entry.size > smallBytes) return await this.#large(entry, content);
    const pieces: Buffer[] = [];
    for await (const piece of content) pieces.push(piece);
    this.#small(entry, pieces.length === 1 && pieces[0] ? pieces[0] : Buffer.concat(pieces));
    await this.#breathe();
  }

  /** Takes over the files that need not be sent, makes the links, and sets permissions last. */
  async rest(tree: Tree): Promise<void> {
    for (const entry of tree.values()) {
      if (entry.kind === "link") symlinkSync(pathBytes(entry.target ?? ""), this.#at(entry.path));
      if (entry.kind === "file" && !this.#received.has(entry.path)) this.#keep(entry.path);
      await this.#breathe();
    }
    const directories = [...tree.values()].filter(({ kind }) => kind === "directory");
    for (const { path, mode } of directories.toReversed()) chmodSync(this.#at(path), mode);
  }

  #at(path: BytePath): Buffer {
    return below(this.#parts.directory, path);
  }

  #small(entry: TreeEntry, content: Buffer): void {
    this.#check(entry, newDigest(this.#parts.digest).update(content));
    const file = openSync(this.#at(entry.path), "wx", 0o600);
    try {
      writeFileSync(file, content);
      fchmodSync(file, entry.mode);
      futimesSync(file, entry.mtimeS, entry.mtimeS);
    } finally {
      closeSync(file);
    }
  }

  async #large(entry: TreeEntry, content: AsyncIterable<Buffer>): Promise<void> {
    const hash = newDigest(this.#parts.digest);
    await using file = await open(this.#at(entry.path), "wx", 0o600);
    for await (const piece of content) {
      hash.update(piece);
      await file.writeFile(piece);
    }
    this.#check(entry, hash);
    await file.chmod(entry.mode);
    await file.utimes(entry.mtimeS, entry.mtimeS);
  }

  #check({ path, digest }: TreeEntry, hash: Hash): void {
    if (hash.digest("hex") === digest) return;
    const message = `"${shownPath(path)}" arrived from ${this.#parts.where} other than it was listed`;
    throw hoststackError("TRANSFER_FAILED", message, {
      remedy: "see that nothing changes the tree while it is transferred, then try again",
    });
  }

  /** A link costs nothing; where a file system has none the file is copied. */
  #keep(path: BytePath): void {
    const from = below(this.#parts.old, path);
    try {
      linkSync(from, this.#at(path));
    } catch {
      copyFileSync(from, this.#at(path));
    }
  }
}
