import { readdir, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, isAbsolute, join } from "node:path";
import { hoststackError } from "../../errors/error.js";
import { ownedDirectory, sweepOwnedDirectories } from "../../packages/owned-directory.js";
import { readLedger } from "./ledger.js";

const makingPrefix = ".making-";
const removedPrefix = ".removed-";
/** How the names of directories begin that are being made or removed. */
export const workPrefixes = [makingPrefix, removedPrefix];
const namePattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$/;

/** Where kept testbeds are written down: `$XDG_STATE_HOME/hoststack/testbeds`, by default below `~/.local/state`. */
export function keptDirectory(): string {
  const state = process.env["XDG_STATE_HOME"] ?? "";
  // the XDG specification has relative paths ignored
  const home = isAbsolute(state) ? state : join(homedir(), ".local", "state");
  return join(home, "hoststack", "testbeds");
}

/** The directory of a kept testbed. Throws OPTIONS_INVALID for a name that cannot be one. */
export function directoryOf(name: string): string {
  if (namePattern.test(name)) return join(keptDirectory(), name);
  throw hoststackError("OPTIONS_INVALID", `"${name}" cannot be the name of a testbed`, {
    remedy: "use up to 32 letters, digits, dots, dashes and underscores, a letter or digit first",
    details: { field: "name" },
  });
}

/** Names of all kept testbeds. */
export async function keptNames(): Promise<string[]> {
  const names = await readdir(keptDirectory()).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  return names.filter((name) => namePattern.test(name)).sort();
}

/**
 * Makes the directory of a testbed (mode 0700) and fills it; it has its name only when that is done.
 * Of two that claim one name at once, one wins. Throws TESTBED_HELD when the name is taken.
 */
export async function claimDirectory(
  name: string,
  fill: (making: string) => Promise<void>,
): Promise<string> {
  const place = directoryOf(name);
  const parent = dirname(place);
  await sweepOwnedDirectories(parent, makingPrefix);
  await sweepOwnedDirectories(parent, removedPrefix);
  const made = await ownedDirectory(parent, makingPrefix);
  try {
    await fill(made);
    // a directory replaces no other that has something in it, so what is there is never taken
    await rename(made, place);
  } catch (cause) {
    await rm(made, { recursive: true, force: true });
    const { code } = cause as NodeJS.ErrnoException;
    throw code === "ENOTEMPTY" || code === "EEXIST" ? nameTaken(name, cause) : cause;
  }
  return place;
}

/** The error of a name that is taken. */
function nameTaken(name: string, cause: unknown): Error {
  return hoststackError("TESTBED_HELD", `there is a testbed "${name}" already`, {
    cause,
    remedy: `use it, take it down (testbed down --name ${name}), or choose another --name`,
    details: { name },
  });
}

/**
 * Removes the directory of the testbed of a holder, or one without a ledger; it is gone at once, also when
 * this is interrupted. One that another holder has taken since stays.
 */
export async function removeDirectory(
  directory: string,
  holder: string | undefined,
): Promise<void> {
  if ((await readLedger(directory))?.holder !== holder) return;
  const removed = await ownedDirectory(dirname(directory), removedPrefix);
  await rename(directory, join(removed, "content")).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
  });
  await rm(removed, { recursive: true, force: true });
}
