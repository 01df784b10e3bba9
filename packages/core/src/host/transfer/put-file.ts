import { constants } from "node:fs";
import { open } from "node:fs/promises";
import { hoststackError } from "../../errors/error.js";
import type { Host } from "../host.js";
import { Dialogue } from "./dialogue.js";
import { filePieces } from "./file-pieces.js";
import { putFileScript } from "./host-scripts.js";
import { withLocalErrors } from "./local-errors.js";
import { checkMode, type TransferOptions } from "./options.js";
import { PieceBuffers } from "./piece-buffers.js";
import { placeOf } from "./place.js";
import { StretchDigests } from "./stretch-digests.js";

/** Which file goes where. */
export interface PutFileOptions extends TransferOptions {
  readonly localPath: string;
  /** Path on the host; its directory exists. A link there is replaced, not followed. */
  readonly path: string;
  /** Permission bits. @default those of the local file */
  readonly mode?: number;
}

const tools = ["chmod", "dd", "find", "head", "mktemp", "mv", "rm", "wc"];

/**
 * Sends a file of any size to a host, in bounded memory. Its digest is compared with one computed on the
 * host before it is put in place by a rename: there is the old file or the new one, never half of one.
 * Throws TRANSFER_FAILED, TOOL_MISSING, HOST_UNREACHABLE, INTERRUPTED, OPTIONS_INVALID.
 */
export function putFile(host: Host, options: PutFileOptions): Promise<void> {
  checkMode(options);
  const place = placeOf(options.path, "path");
  return withLocalErrors(async () => {
    // A pipe is not waited for.
    const flags = constants.O_RDONLY | constants.O_NONBLOCK;
    await using file = await open(options.localPath, flags);
    const stats = await file.stat();
    if (!stats.isFile()) {
      throw hoststackError("TRANSFER_FAILED", `"${options.localPath}" is not a file`);
    }
    const mode = (options.mode ?? stats.mode) & 0o7777;
    const args = [place.path, place.stem, mode.toString(8), String(stats.size)];
    const script = { script: putFileScript, args, tools, digestBytes: stats.size };
    await using dialogue = await Dialogue.open(host, script, options);
    const digests = new StretchDigests(dialogue.digest, await stretchOf(dialogue, stats.size));
    const buffers = new PieceBuffers();
    const content = { size: stats.size, name: options.localPath, take: buffers.take };
    for await (const piece of filePieces(file, content)) {
      digests.update(piece);
      await dialogue.send(piece, () => buffers.give(piece));
    }
    for (const wanted of digests.end()) {
      const [found] = (await dialogue.line()).split(" ");
      if (found === wanted) continue;
      const message = `"${options.path}" arrived at ${host.name} other than it was sent`;
      throw hoststackError("TRANSFER_FAILED", `${message}: ${dialogue.errors.trim()}`);
    }
    await dialogue.commit();
  });
}

/** How many bytes each of the host's digests is of. */
async function stretchOf(dialogue: Dialogue, size: number): Promise<number> {
  const line = await dialogue.line();
  const [word, bytes = ""] = line.split(" ");
  if (word !== "ready" || !/^\d+$/.test(bytes)) throw new Error(`the host's script said "${line}"`);
  return Number(bytes) || size;
}
