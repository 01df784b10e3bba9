import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";

/** Enough of a file to tell whether it is text: the kernel, git and grep look at less. */
const headBytes = 65_536;
/** A line is cut between words when it is longer than this. */
const longestLine = 4 * 1024 * 1024;

/** Whether a file holds something else than text. */
export async function isBinary(path: string): Promise<boolean> {
  const file = await open(path, "r");
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(headBytes), 0, headBytes, 0);
    return buffer.subarray(0, bytesRead).includes(0);
  } finally {
    await file.close();
  }
}

/** Where a text can be cut without parting a name: after its last line, or else between two words. */
function cutPlace(text: string): number {
  const lines = text.lastIndexOf("\n") + 1;
  if (lines > 0 || text.length < longestLine) return lines;
  return Math.max(text.lastIndexOf(" "), text.lastIndexOf(",")) + 1;
}

/**
 * A file in pieces of whole lines, one character (U+0000 to U+00FF) for each byte, so that what is not touched stays
 * as it is, whatever its encoding.
 */
export async function* textPieces(path: string): AsyncGenerator<string> {
  let rest = "";
  for await (const chunk of createReadStream(path, {
    encoding: "latin1",
    highWaterMark: 1 << 20,
  })) {
    const text = rest + String(chunk);
    const end = cutPlace(text);
    if (end > 0) yield text.slice(0, end);
    rest = text.slice(end);
  }
  if (rest !== "") yield rest;
}
