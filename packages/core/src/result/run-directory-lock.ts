import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { hoststackError } from "../errors/error.js";
import { processToken, tokenState } from "../host/process-token.js";

/** How the files begin that say who works in a run directory. */
const prefix = ".running-";

/** Names this process; where there is no `/proc`, by its id alone. */
function ownToken(): string {
  try {
    return processToken();
  } catch {
    return String(process.pid);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // somebody else's process
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Whether a process that wrote its token on some computer may still run. */
function mayRun(token: string, machine: string): boolean {
  if (!token.includes("-")) return machine !== hostname() || isAlive(Number(token));
  // a directory of another computer, seen from one that has no `/proc`
  if (!ownToken().includes("-")) return true;
  const state = tokenState(token);
  if (state !== "unknown") return state === "alive";
  const boot = (text: string) => text.split("-")[3];
  // nothing outlives a boot of its own computer; of another one, or a container, nothing is known
  return machine !== hostname() || boot(token) === boot(ownToken());
}

/** Claims of others in a directory; those of dead processes are removed. */
async function livingClaims(directory: string, own: string): Promise<string[]> {
  const living: string[] = [];
  for (const name of await readdir(directory)) {
    if (!name.startsWith(prefix) || name === own) continue;
    const path = join(directory, name);
    const machine = await readFile(path, "utf8").catch(() => undefined);
    if (machine === undefined) continue;
    if (mayRun(name.slice(prefix.length), machine)) living.push(path);
    else await rm(path, { force: true });
  }
  return living;
}

/** The claim of a process that may still work in a directory; changes nothing there. */
export async function workingIn(directory: string): Promise<string | undefined> {
  for (const name of await readdir(directory)) {
    if (!name.startsWith(prefix)) continue;
    const path = join(directory, name);
    const machine = await readFile(path, "utf8").catch(() => undefined);
    if (machine !== undefined && mayRun(name.slice(prefix.length), machine)) return path;
  }
  return undefined;
}

const inUse = (directory: string, remedy: string) =>
  hoststackError("OUTPUT_UNWRITABLE", `a run goes on in ${directory}`, { remedy });

/**
 * Claims a run directory for this process until it gives it back or ends, however it ends. Each claims
 * with a file of its own and then looks for others, so of two at once at least one sees the other; both may
 * withdraw, never do both stay. Throws OUTPUT_UNWRITABLE when another process, or this one, holds it.
 */
export async function claimRunDirectory(directory: string): Promise<() => Promise<void>> {
  const own = `${prefix}${ownToken()}`;
  const path = join(directory, own);
  await writeFile(path, hostname(), { flag: "wx" }).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === "EEXIST") throw inUse(directory, "name another directory with --out");
    throw hoststackError("OUTPUT_UNWRITABLE", `${directory} cannot be written`, { cause });
  });
  const giveBack = () => rm(path, { force: true });
  const [other] = await livingClaims(directory, own);
  if (other === undefined) return giveBack;
  await giveBack();
  throw inUse(directory, `wait for its end; if there is none any more, remove ${other}`);
}
