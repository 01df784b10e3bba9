import { posix } from "node:path";
import { hoststackError } from "../../errors/error.js";
import type { Host } from "../host.js";
import { checkDirectory, type Detached, type DetachedState } from "./detached.js";
import { stateText } from "./host-text.js";

const findScript = `
${stateText}
for d; do
  [ -s "$d/command" ] || continue
  load "$d"
  echo "\${d##*/} $word $ending $boot $pid $ticks $length"
done
`;

/** Reads directories of detached commands; those that are none are skipped. */
async function inspect(host: Host, paths: readonly string[]): Promise<Detached[]> {
  if (paths.length === 0) return [];
  const { stdout } = await host.run({ argv: ["sh", "-c", findScript, "sh", ...paths] });
  const byId = new Map(paths.map((path) => [posix.basename(path), path]));
  return stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => parseDetached(line, byId));
}

const shape = /^(\S+) (\w+) (\S+) (\S+) (\d+) (\d+) (\d+)$/;

function parseDetached(line: string, paths: ReadonlyMap<string, string>): Detached {
  const [, id = "", word = "", ending = "", bootId = "", pid, ticks, length] =
    shape.exec(line) ?? [];
  const path = paths.get(id);
  if (path === undefined) {
    throw hoststackError("PARSE_FAILED", `"${line}" does not describe a detached command`);
  }
  return {
    id,
    path,
    pid: Number(pid),
    bootId,
    startTicks: Number(ticks),
    leaseMs: Number(length) * 10,
    state: stateOf(word, ending),
  };
}

const lostBecause: Readonly<Record<string, "killed" | "rebooted" | "not started">> = {
  gone: "killed",
  rebooted: "rebooted",
  unstarted: "not started",
};

function stateOf(word: string, ending: string): DetachedState {
  const why = lostBecause[word];
  if (why !== undefined) return { state: "lost", why };
  if (word === "running") return { state: "running" };
  return {
    state: "ended",
    ...(ending.startsWith("SIG") ? { signal: ending } : { exitCode: Number(ending) }),
    ...(word === "expired" ? { leaseExpired: true } : {}),
  };
}

/** The detached command in a directory of its own. Throws COMMAND_FAILED when there is none. */
export async function findOne(host: Host, path: string): Promise<Detached> {
  const [found] = await inspect(host, [path]);
  if (found !== undefined) return found;
  throw hoststackError("COMMAND_FAILED", `there is no detached command in ${path} on ${host.name}`);
}

/** Finds every command started below a directory, whoever started it, and what has become of it. */
export async function findDetached(host: Host, directory: string): Promise<readonly Detached[]> {
  checkDirectory(directory);
  const listing = await host.run({ argv: ["ls", "-1", "--", directory] }, { reject: false });
  // Where nothing was ever started there is no directory.
  const ids = listing.stdout.split("\n").filter((id) => id !== "");
  return await inspect(
    host,
    ids.map((id) => posix.join(directory, id)),
  );
}
