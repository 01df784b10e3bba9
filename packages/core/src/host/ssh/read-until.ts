import type { Readable } from "node:stream";

/** Most bytes a login shell may print before the marker is looked for in what follows only. */
const noiseWindow = 4096;

/**
 * Reads a stream up to and including the first match, leaving every later byte in it. Rejects with
 * what was read when the stream ends first.
 */
export function readUntil(stream: Readable, pattern: RegExp): Promise<RegExpExecArray> {
  return new Promise((resolve, reject) => {
    let seen = Buffer.alloc(0);
    const stop = () => stream.off("data", take).off("end", ended).off("close", ended);
    const ended = () => {
      stop();
      reject(new Error(seen.toString().trim()));
    };
    const take = (chunk: Buffer) => {
      seen = Buffer.concat([seen, chunk]);
      const found = pattern.exec(seen.toString("latin1"));
      if (found === null) {
        if (seen.length > 2 * noiseWindow) seen = seen.subarray(-noiseWindow);
        return;
      }
      stop();
      stream.pause();
      const rest = seen.subarray(found.index + found[0].length);
      if (rest.length > 0) stream.unshift(rest);
      resolve(found);
    };
    // Adding a listener does not resume a stream that was paused by an earlier reading.
    stream.on("data", take).on("end", ended).on("close", ended).resume();
    if (stream.readableEnded || stream.destroyed) ended();
  });
}
