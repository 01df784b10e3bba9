import type { FileHandle } from "node:fs/promises";
import { hoststackError } from "../../errors/error.js";

/** Measured: larger pieces cost less time in the SSH library up to here. */
export const pieceBytes = 256 * 1024;

/** What is to be read, and how it is called in messages. */
interface FileContent {
  readonly size: number;
  readonly name: string;
  /** Gives `pieceBytes` of memory for the next piece. @default new memory each time */
  readonly take?: () => Buffer;
}

/** A file's content. Rejects with TRANSFER_FAILED when it is not of the size it had. */
export async function* filePieces(
  file: FileHandle,
  { size, name, take }: FileContent,
): AsyncGenerator<Buffer> {
  for (let left = size; ; ) {
    // One byte more than is left, to see a file that has grown.
    const bytes = Math.min(pieceBytes, left + 1);
    const buffer = take?.() ?? Buffer.allocUnsafe(bytes);
    const { bytesRead } = await file.read(buffer, 0, bytes);
    if (bytesRead > left || (bytesRead === 0 && left > 0)) {
      throw fileChanged(name);
    }
    if (bytesRead === 0) return;
    left -= bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

/** TRANSFER_FAILED for a file that somebody writes to. */
export function fileChanged(name: string): Error {
  return hoststackError("TRANSFER_FAILED", `"${name}" has changed while it was being read`, {
    remedy: "see that nothing writes to it meanwhile, then try again",
  });
}
