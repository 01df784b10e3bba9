import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { sha256Of } from "./hash-inputs.js";
import { knownFileDigest } from "./known-digest.js";

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "hoststack-test-"));
});
afterEach(async () => {
  vi.useRealTimers();
  await rm(directory, { recursive: true });
});

const digest = () => knownFileDigest(join(directory, "archive"), directory);
const notes = () => readdir(join(directory, "kernels/digests")).catch(() => []);
const later = () => vi.useFakeTimers({ now: Date.now() + 3000, toFake: ["Date"] });

test("a file that was just written is read, one that was not written to is read once", async () => {
  const archive = join(directory, "archive");
  await writeFile(archive, "first");
  expect(await digest()).toBe(sha256Of("first"));
  expect(await notes()).toEqual([]);
  later();
  expect(await digest()).toBe(sha256Of("first"));
  const [note = ""] = await notes();
  // what the note says is what is told: the file is not read
  await writeFile(
    join(directory, "kernels/digests", note),
    `${await noteOf(note)}\n${"0".repeat(64)}\n`,
  );
  expect(await digest()).toBe("0".repeat(64));
});

test("a file of the same size and time is another one", async () => {
  const archive = join(directory, "archive");
  await writeFile(archive, "first");
  await utimes(archive, 1000, 1000);
  later();
  await digest();
  expect(await notes()).toHaveLength(1);
  await writeFile(archive, "other");
  await utimes(archive, 1000, 1000);
  expect(await digest()).toBe(sha256Of("other"));
});

/** The first line of a note. */
async function noteOf(name: string): Promise<string> {
  const [line = ""] = (await readFile(join(directory, "kernels/digests", name), "utf8")).split(
    "\n",
  );
  return line;
}
