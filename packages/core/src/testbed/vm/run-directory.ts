import { access, chmod, constants, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { ownedDirectory, sweepOwnedDirectories } from "../../packages/owned-directory.js";

/** How the names of run directories begin. */
export const runDirectoryPrefix = "hoststack-vm-";

/** A private directory for one run; disposing it removes it with all it holds. */
export interface RunDirectory extends AsyncDisposable {
  readonly path: string;
}

/**
 * Makes the directory for sockets, consoles and keys of one run (mode 0700), below XDG_RUNTIME_DIR or
 * else the system's temporary directory, and removes those that dead runs of this user left.
 */
export async function openRunDirectory(): Promise<RunDirectory> {
  const parent = await runtimeDirectory();
  await sweepOwnedDirectories(parent, runDirectoryPrefix);
  const path = await ownedDirectory(parent, runDirectoryPrefix);
  await chmod(path, 0o700);
  return {
    path,
    [Symbol.asyncDispose]: async () => await rm(path, { recursive: true, force: true }),
  };
}

/** Where run directories are made: below XDG_RUNTIME_DIR or else the system's temporary directory. */
export async function runtimeDirectory(): Promise<string> {
  const runtime = process.env["XDG_RUNTIME_DIR"];
  if (!runtime) return tmpdir();
  const usable = await access(runtime, constants.W_OK).then(
    () => true,
    () => false,
  );
  return usable ? runtime : tmpdir();
}
