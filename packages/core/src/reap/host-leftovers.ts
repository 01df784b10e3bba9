import type { Detached } from "../host/detached/detached.js";
import { findDetached } from "../host/detached/find.js";
import type { Host } from "../host/host.js";
import type { JournalEntry } from "../plan/journal-entry.js";
import { type LeaseHolder, parsePlace, placeCommand } from "../plan/place.js";
import { openEntries } from "../plan/restore.js";
import type { Leftover, LeftoverOf } from "./leftover.js";

/** Where to look on hosts. */
export interface HostLeftoverOptions {
  /** Absolute directories in which commands were started detached. @default none */
  readonly directories?: readonly string[];
}

/**
 * Finds what we have left on hosts: journalled changes, rights to change a machine that nobody renews,
 * and commands that were started detached. What is in use or kept on purpose is told as well, but not
 * reapable. Changes nothing. Throws what `Host.batch` throws.
 */
export async function findHostLeftovers(
  hosts: readonly Host[],
  { directories = [] }: HostLeftoverOptions = {},
): Promise<readonly Leftover[]> {
  const found = hosts.map(async (host) => {
    const [planned, ...detached] = await Promise.all([
      plannedLeftovers(host),
      ...directories.map((directory) => detachedLeftovers(host, directory)),
    ]);
    return [...planned, ...detached.flat()];
  });
  return (await Promise.all(found)).flat();
}

async function plannedLeftovers(host: Host): Promise<Leftover[]> {
  const [answer] = await host.batch([placeCommand]);
  const place = parsePlace(host.name, answer?.stdout ?? "");
  const { open } = await openEntries({ host, place });
  const changes = open.map((entry) => change(host, entry, place.lease));
  return place.lease === undefined ? changes : [...changes, lease(host, place.lease)];
}

const isHeld = (holder: LeaseHolder | undefined): holder is LeaseHolder =>
  holder !== undefined && (holder.remainingMs > 0 || holder.undoing);

function change(
  host: Host,
  entry: JournalEntry,
  holder: LeaseHolder | undefined,
): LeftoverOf<"change"> {
  const kept = entry.lifetime === "kept";
  const held = isHeld(holder) && holder.token === entry.leaseId;
  const why = held ? `${holder.who} is at work (${holder.purpose})` : "nobody holds its lease";
  return {
    kind: "change",
    host: host.name,
    entry,
    where: host.name,
    what: `change "${entry.title}"`,
    since: entry.at,
    why: kept ? "in our journal, kept until it is restored" : `in our journal; ${why}`,
    action: kept || held ? "none; restore undoes it" : "undo it",
    reapable: !kept && !held,
  };
}

function lease(host: Host, holder: LeaseHolder): LeftoverOf<"lease"> {
  const held = isHeld(holder);
  return {
    kind: "lease",
    host: host.name,
    token: holder.token,
    where: host.name,
    what: `right to change the machine, of ${holder.who} for ${holder.purpose}`,
    since: holder.since,
    why: held ? "it is in use" : "it has expired and nobody gave it back",
    action: held ? "none" : "give it back, and undo what it was for",
    reapable: !held,
  };
}

async function detachedLeftovers(host: Host, directory: string): Promise<LeftoverOf<"detached">[]> {
  const found = await findDetached(host, directory);
  if (found.length === 0) return [];
  // one that is removed meanwhile makes `stat` complain, and is no leftover any more
  const argv = ["sh", "-c", 'cd -- "$1" && stat -c "%Y %n" -- *', "sh", directory] as const;
  const { stdout } = await host.run({ argv }, { reject: false });
  const times = new Map(
    stdout.split("\n").map((line) => {
      const [seconds, ...name] = line.split(" ");
      return [name.join(" "), Number(seconds)];
    }),
  );
  return found.flatMap((one) => {
    const changedS = times.get(one.id);
    return changedS === undefined ? [] : [detached(host, one, changedS)];
  });
}

function detached(host: Host, command: Detached, changedS: number): LeftoverOf<"detached"> {
  const running = command.state.state === "running";
  return {
    kind: "detached",
    host: host.name,
    path: command.path,
    where: host.name,
    what: `detached command "${command.id}": ${command.path}`,
    since: new Date(changedS * 1000).toISOString(),
    why: running ? "it runs, as long as its lease is renewed" : `it is over (${endOf(command)})`,
    action: running ? "none; its host ends it when its lease expires" : "remove it with its output",
    reapable: !running,
  };
}

function endOf({ state }: Detached): string {
  if (state.state === "lost") return `lost: ${state.why}`;
  if (state.state === "running") return "running";
  return state.signal ?? `exit status ${state.exitCode}`;
}
