import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { processToken } from "../../process-token.js";

/** Leaves room for our names and for what ssh appends, within the 104 bytes of a socket's path on macOS. */
const maxParentBytes = 60;

/** How the names of private directories begin. */
export const privatePrefix = "hoststack-";

/** File of a private directory with the token of the process that made it, where there are tokens. */
export const ownerFile = "owner";

/** Where private directories are made. */
export function privateParent(): string {
  return Buffer.byteLength(tmpdir()) > maxParentBytes ? "/tmp" : tmpdir();
}

/** A directory only we can enter, with a name short enough for sockets. */
export async function makePrivateDirectory(): Promise<string> {
  const path = await mkdtemp(join(privateParent(), privatePrefix));
  if (process.platform === "linux") await writeFile(join(path, ownerFile), processToken());
  return path;
}
