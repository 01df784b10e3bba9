import { chmod, copyFile, link, mkdir, open, symlink } from "node:fs/promises";
import { hoststackError } from "../../errors/error.js";
import { type BytePath, below, pathBytes, shownPath } from "./byte-path.js";
import { type DigestName, newDigest } from "./digest.js";
import { inParallel } from "./in-parallel.js";
import type { Tree, TreeEntry } from "./tree-entry.js";

/** Smaller files are written while the next ones come in. */
const smallBytes = 64 * 1024;
const filesBehind = 16;

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
  readonly #writing = new Set<Promise<void>>();
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

  /** Writes a file of the content that comes in. Throws TRANSFER_FAILED when it is not what was told. */
  async file(entry: TreeEntry, content: AsyncIterable<Buffer>): Promise<void> {
    this.#received.add(entry.path);
    if (entry.size > smallBytes) return await this.#write(entry, content);
    const pieces: Buffer[] = [];
    for await (const piece of content) pieces.push(piece);
    while (this.#writing.size >= filesBehind) await Promise.race(this.#writing);
    const writing = this.#write(entry, pieces).finally(() => this.#writing.delete(writing));
    // Whoever waits for it meets the error.
    writing.catch(() => {});
    this.#writing.add(writing);
  }

  /** Takes over the files that need not be sent, makes the links, and sets permissions last. */
  async rest(tree: Tree): Promise<void> {
    await Promise.all(this.#writing);
    await inParallel([...tree.values()], async (entry) => {
      if (entry.kind === "link") await symlink(pathBytes(entry.target ?? ""), this.#at(entry.path));
      if (entry.kind === "file" && !this.#received.has(entry.path)) await this.#keep(entry.path);
    });
    const directories = [...tree.values()].filter(({ kind }) => kind === "directory");
    for (const { path, mode } of directories.toReversed()) await chmod(this.#at(path), mode);
  }

  #at(path: BytePath): Buffer {
    return below(this.#parts.directory, path);
  }

  async #write(entry: TreeEntry, content: AsyncIterable<Buffer> | Buffer[]): Promise<void> {
    const { digest, where } = this.#parts;
    const hash = newDigest(digest);
    await using file = await open(this.#at(entry.path), "wx", 0o600);
    for await (const piece of content) {
      hash.update(piece);
      await file.writeFile(piece);
    }
    if (hash.digest("hex") !== entry.digest) {
      const message = `"${shownPath(entry.path)}" arrived from ${where} other than it was listed`;
      throw hoststackError("TRANSFER_FAILED", message, {
        remedy: "see that nothing changes the tree while it is transferred, then try again",
      });
    }
    await file.chmod(entry.mode);
    await file.utimes(entry.mtimeS, entry.mtimeS);
  }

  /** A link costs nothing; where a file system has none the file is copied. */
  async #keep(path: BytePath): Promise<void> {
    const from = below(this.#parts.old, path);
    await link(from, this.#at(path)).catch(() => copyFile(from, this.#at(path)));
  }
}
