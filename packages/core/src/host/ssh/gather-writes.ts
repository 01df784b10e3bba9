import type { Writable } from "node:stream";

/**
 * Hands over all that is written in one turn at once. SSH makes a packet of every 32 KiB: with a system call for
 * each, and a wake-up of the server, sending a file takes half as long again.
 */
export function gatherWrites(stream: Writable): void {
  const write = stream.write.bind(stream) as (...args: unknown[]) => boolean;
  let gathering = false;
  const end = () => {
    gathering = false;
    stream.uncork();
  };
  stream.write = (...args: unknown[]) => {
    if (!gathering) {
      gathering = true;
      stream.cork();
      process.nextTick(end);
    }
    return write(...args);
  };
}
