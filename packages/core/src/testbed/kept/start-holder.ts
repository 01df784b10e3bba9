import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { open } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { ownerVariable } from "../../host/owned.js";

/** Name of what a holder writes to its standard output and error, in the testbed's directory. */
export const holderLog = "holder.log";

/** A holder that was started and waits for its order. */
export interface StartedHolder {
  readonly child: ChildProcess & { readonly pid: number };
  /** Settles with how it ended. */
  readonly ended: Promise<string>;
}

/** The program of the installed package, which the package itself finds by its own name. */
const installedProgram = (): string =>
  createRequire(import.meta.url).resolve("@hoststack/core/holder");

/**
 * Starts a holder in a session of its own, so that neither a terminal nor the end of this process
 * ends it; its words go to a log in `directory`.
 */
export async function startHolder(
  directory: string,
  program: string = installedProgram(),
): Promise<StartedHolder> {
  // it outlives this process on purpose, so it is nobody's
  const { [ownerVariable]: _, ...env } = process.env;
  await using log = await open(join(directory, holderLog), "w", 0o600);
  const child = spawn(process.execPath, [program], {
    cwd: "/",
    detached: true,
    env,
    stdio: ["ignore", log.fd, log.fd, "ipc"],
  });
  // its end can be told before its last message is
  const silent = new Promise<void>((resolve) => child.once("disconnect", resolve));
  const ended = new Promise<string>((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("exit", async (code, signal) => {
      await silent;
      resolve(signal ?? `exit status ${code}`);
    });
  });
  if (child.pid === undefined) await once(child, "spawn");
  return { child: child as StartedHolder["child"], ended };
}
