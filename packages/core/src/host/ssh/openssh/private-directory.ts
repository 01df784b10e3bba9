import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Leaves room for our names and for what ssh appends, within the 104 bytes of a socket's path on macOS. */
const maxParentBytes = 60;

/** A directory only we can enter, with a name short enough for sockets. */
export function makePrivateDirectory(): Promise<string> {
  const parent = Buffer.byteLength(tmpdir()) > maxParentBytes ? "/tmp" : tmpdir();
  return mkdtemp(join(parent, "hoststack-"));
}
