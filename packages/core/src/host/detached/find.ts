import { posix } from "node:path";
import { hoststackError } from "../../errors/error.js";
import type { Host } from "../host.js";
import { checkDirectory, type Detached, type DetachedState } from "./detached.js";
import { stateText } from "./host-text.js";

const findScript = `
${stateText}
[ "$1" = one ] || set -- all "$2"/*
shift
for d; do
  [ -s "$d/command" ] || continue
  case \${d##*/} in *[!A-Za-z0-9._-]*) continue ;; esac
  load "$d"
  echo "\${d##*/} $word $ending $boot $pid $ticks $length"
done
`;

/** Reads one directory of a detached command, or all below a directory; those that are none are skipped. */
async function inspect(host: Host, which: "all" | "one", path: string): Promise<Detached[]> {
  const { stdout } = await host.run({ argv: ["sh", "-c", findScript, "sh", which, path] });
  const directory = which === "all" ? path : posix.dirname(path);
  const lines = stdout.split("\n").filter((line) => line !== "");
  return lines.map((line) => parseDetached(line, directory));
}

const shape = /^(\S+) (\w+) (\S+) (\S+) (\d+) (\d+) (\d+)$/;

function parseDetached(line: string, directory: string): Detached {
  const [, id, word = "", ending = "", bootId = "", pid, ticks, length] = shape.exec(line) ?? [];
  if (id === undefined) {
    throw hoststackError("PARSE_FAILED", `"${line}" does not describe a detached command`);
  }
  return {
    id,
    path: posix.join(directory, id),
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
  const [found] = await inspect(host, "one", path);
  if (found !== undefined) return found;
  throw noneThere(host, path);
}

/** COMMAND_FAILED for a directory of no detached command. */
export function noneThere(host: Host, path: string): Error {
  const message = `there is no detached command in ${path} on ${host.name}`;
  return hoststackError("COMMAND_FAILED", message, {
    remedy: "findDetached tells which there are",
    details: { host: host.name, path },
  });
}

/** Finds every command started below a directory, whoever started it, and what has become of it. */
export async function findDetached(host: Host, directory: string): Promise<readonly Detached[]> {
  checkDirectory(directory);
  return await inspect(host, "all", posix.resolve(directory));
}
