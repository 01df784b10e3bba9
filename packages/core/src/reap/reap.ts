import { isHoststackError } from "@hoststack/tools";
import { hoststackError } from "../errors/error.js";
import { findDetached } from "../host/detached/find.js";
import { removeDetached } from "../host/detached/remove.js";
import type { Host } from "../host/host.js";
import { restore } from "../plan/restore.js";
import { reapDirectory } from "./directories.js";
import type { Leftover, LeftoverOf } from "./leftover.js";
import { reapProcess } from "./processes.js";
import { reapTestbed } from "./testbeds.js";

/** A leftover that stays, and why. */
export interface UnreapedLeftover {
  readonly leftover: Leftover;
  readonly error: Error;
}

/** What was done about leftovers. */
export interface ReapReport {
  readonly reaped: readonly Leftover[];
  readonly failed: readonly UnreapedLeftover[];
}

/**
 * Removes leftovers, each only if it still is one: what is in use by now, or another thing of the same
 * name, stays. Those that are not reapable are passed over. `hosts` are those the leftovers were found
 * on. What cannot be removed is in the report; throws only what is an error neither of ours nor of the system.
 */
export async function reap(
  leftovers: readonly Leftover[],
  hosts: readonly Host[] = [],
): Promise<ReapReport> {
  const reaped: Leftover[] = [];
  const failed: UnreapedLeftover[] = [];
  const restored = new Map<string, Promise<void>>();
  // Processes first: they may still write into the directories.
  for (const kind of order) {
    for (const leftover of leftovers.filter((one) => one.kind === kind && one.reapable)) {
      try {
        await reapOne(leftover, { hosts, restored });
        reaped.push(leftover);
      } catch (error) {
        if (!isHoststackError(error) && !isSystemError(error)) throw error;
        failed.push({ leftover, error });
      }
    }
  }
  return { reaped, failed };
}

/** E.g. a directory that may not be removed: no reason to leave the others. */
const isSystemError = (error: unknown): error is NodeJS.ErrnoException =>
  error instanceof Error && "syscall" in error;

const order: readonly Leftover["kind"][] = [
  "process",
  "testbed",
  "directory",
  "lease",
  "change",
  "detached",
];

interface Reaping {
  readonly hosts: readonly Host[];
  /** Hosts whose changes are undone, all at once. */
  readonly restored: Map<string, Promise<void>>;
}

async function reapOne(leftover: Leftover, { hosts, restored }: Reaping): Promise<void> {
  if (leftover.kind === "process") return await reapProcess(leftover);
  if (leftover.kind === "testbed") return await reapTestbed(leftover);
  if (leftover.kind === "directory") return await reapDirectory(leftover);
  const host = hosts.find(({ name }) => name === leftover.host);
  if (host === undefined) {
    throw hoststackError("OPTIONS_INVALID", `the host ${leftover.host} was not given`);
  }
  if (leftover.kind === "detached") return await reapDetached(host, leftover);
  const undoing = restored.get(host.name) ?? restoreScoped(host);
  restored.set(host.name, undoing);
  await undoing;
}

/** Taking the right to change the machine undoes what an earlier holder left; the rest is undone then. */
async function restoreScoped(host: Host): Promise<void> {
  const { complete, hosts } = await restore([host], { lifetimes: ["scoped"] });
  if (complete) return;
  const stays = hosts.flatMap(({ entries, lost }) => [...entries, ...lost]);
  const titles = stays.map(({ entry }) => `"${entry.title}"`).join(", ");
  throw hoststackError(
    "RESTORE_CONFLICT",
    `not all changes of ${host.name} were undone: ${titles}`,
    {
      remedy: "restore shows what was found instead; look at it by hand",
    },
  );
}

async function reapDetached(host: Host, { path }: LeftoverOf<"detached">): Promise<void> {
  const directory = path.slice(0, path.lastIndexOf("/")) || "/";
  const now = (await findDetached(host, directory)).find((one) => one.path === path);
  if (now === undefined || now.state.state === "running") return;
  await removeDetached(host, now);
}
