import { mkdir, open, readdir, readFile, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { entryName, type JournalEntry, journalEntrySchema } from "./journal-entry.js";

/** Directory of this controller's copies of the journals of one host. */
function mirrorDirectory(host: Pick<JournalEntry, "host" | "machineId">): string {
  const state = process.env["XDG_STATE_HOME"] ?? "";
  const root = state.startsWith("/") ? state : join(homedir(), ".local", "state");
  // Machines cloned from one image may share an id.
  const names = [host.machineId, host.host].map((name) => encodeURIComponent(name));
  return join(root, "hoststack", "journal", ...names);
}

const fileOf = (entry: JournalEntry) => join(mirrorDirectory(entry), `${entryName(entry)}.json`);

/** Keeps copies of entries on this controller; resolves once they are on disk. */
export async function mirrorEntries(entries: readonly JournalEntry[]): Promise<void> {
  const [first] = entries;
  if (first === undefined) return;
  const directory = mirrorDirectory(first);
  await mkdir(directory, { recursive: true, mode: 0o700 });
  for (const entry of entries) await writeSynced(fileOf(entry), `${JSON.stringify(entry)}\n`);
  for (const path of [directory, dirname(directory)]) await syncDirectory(path);
}

async function writeSynced(path: string, text: string): Promise<void> {
  const file = await open(path, "w", 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, "r");
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

/** Drops the copies of entries that are undone or were never begun. */
export async function dropMirrored(entries: readonly JournalEntry[]): Promise<void> {
  await Promise.all(entries.map((entry) => rm(fileOf(entry), { force: true })));
}

/** All copies of the entries of one host, newest first; files that are none are left alone. */
export async function mirroredEntries(
  host: Pick<JournalEntry, "host" | "machineId">,
): Promise<readonly JournalEntry[]> {
  const directory = mirrorDirectory(host);
  const names = await readdir(directory).catch(() => [] as string[]);
  const texts = await Promise.all(
    names
      .sort()
      .reverse()
      .map((name) => readFile(join(directory, name), "utf8")),
  );
  return texts.flatMap((text) => {
    const entry = parseEntry(text);
    return entry === undefined ? [] : [entry];
  });
}

/** Reads an entry's JSON; undefined when it is none, or of a later version. */
export function parseEntry(text: string): JournalEntry | undefined {
  try {
    return journalEntrySchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
