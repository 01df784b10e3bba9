import { access, constants } from "node:fs/promises";
import { hoststackError } from "../../../errors/error.js";
import { runProgram } from "../config/local-program.js";
import { expandTilde } from "../config/tokens.js";
import { keyType } from "../host-key.js";

/** A line of a known_hosts file that speaks of a host. */
export interface KnownEntry {
  readonly file: string;
  readonly line: number;
  /** `CA`: signs keys of the host. `REVOKED`: must never be accepted. */
  readonly marker: "CA" | "REVOKED" | undefined;
  readonly key: Buffer;
}

/** The files a name is looked up in. */
export interface KnownFiles {
  readonly files: readonly string[];
  readonly signal?: AbortSignal | undefined;
}

const timeoutMs = 10_000;

/**
 * Every known_hosts line of a name, file by file. `ssh-keygen` does the matching, so hashed names,
 * patterns and negations mean what they mean to `ssh`. Files that do not exist are passed over.
 * Throws TOOL_MISSING, OPTIONS_INVALID for a file that cannot be read, INTERRUPTED.
 */
export async function findKnown(name: string, known: KnownFiles): Promise<KnownEntry[]> {
  const found = await Promise.all(
    known.files.map((file) => findIn(expandTilde(file), name, known.signal)),
  );
  return found.flat();
}

async function findIn(file: string, name: string, signal?: AbortSignal): Promise<KnownEntry[]> {
  try {
    await access(file, constants.R_OK);
  } catch (cause) {
    if (["ENOENT", "ENOTDIR"].includes((cause as NodeJS.ErrnoException).code ?? "")) return [];
    throw unreadable(file, cause);
  }
  const argv = ["ssh-keygen", "-F", name, "-f", file] as const;
  const { exitCode, stdout, stderr } = await runProgram({ argv, signal, timeoutMs });
  // 1 is "not found".
  if (exitCode > 1) throw unreadable(file, new Error(stderr.trim()));
  return parseFound(stdout, file);
}

function unreadable(file: string, cause: unknown): Error {
  const why = cause instanceof Error ? cause.message : String(cause);
  return hoststackError("OPTIONS_INVALID", `${file} cannot be searched for host keys: ${why}`, {
    cause,
    remedy: "make the file readable, or take it out of the ssh configuration",
  });
}

/** Reads what `ssh-keygen -F` prints: a comment with the line's number, then the line. */
export function parseFound(text: string, file: string): KnownEntry[] {
  const entries: KnownEntry[] = [];
  let line = 0;
  for (const row of text.split("\n")) {
    const comment = /^# Host .* found: line (\d+)/.exec(row);
    if (comment !== null) line = Number(comment[1]);
    else if (row.trim() !== "") {
      const entry = knownEntry(row.trim().split(/\s+/), { file, line });
      if (entry !== undefined) entries.push(entry);
    }
  }
  return entries;
}

function knownEntry(
  words: readonly string[],
  at: { file: string; line: number },
): KnownEntry | undefined {
  const marker = { "@cert-authority": "CA", "@revoked": "REVOKED" } as const;
  const [first = ""] = words;
  const [type, body] = words.slice(first in marker ? 2 : 1);
  const key = Buffer.from(body ?? "", "base64");
  // Such a line says nothing that could be compared; `ssh` passes over it as well.
  if (keyType(key) !== type) return undefined;
  return { ...at, key, marker: marker[first as keyof typeof marker] };
}
