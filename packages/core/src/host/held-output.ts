import type { ChildProcess } from "node:child_process";
import type { Readable } from "node:stream";

/**
 * Keeps what a child prints until somebody can read it. Node.js throws away the output of a child that
 * ended before its streams were touched, and under load it learns of the end before anything else.
 * Call what this returns when the streams are handed out.
 */
export function holdOutput(child: ChildProcess, streams: readonly Readable[]): () => void {
  const hold = () => {};
  for (const stream of streams) stream.on("readable", hold);
  return () => {
    for (const stream of streams) stream.off("readable", hold);
    if (child.exitCode === null && child.signalCode === null) return;
    // As Node.js does with what nobody wants: unread output would keep the streams open for ever.
    setImmediate(() => {
      for (const stream of streams.filter(isUntouched)) stream.resume();
    });
  };
}

const isUntouched = (stream: Readable): boolean =>
  stream.listenerCount("data") === 0 && stream.listenerCount("readable") === 0;
