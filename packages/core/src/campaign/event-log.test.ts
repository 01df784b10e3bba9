import { appendFile, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { EventLog } from "./event-log.js";

let place: string;
beforeEach(async () => {
  place = await mkdtemp(join(tmpdir(), "hoststack-test-"));
});
afterEach(() => rm(place, { recursive: true, force: true }));

const kinds = async () =>
  (await readFile(join(place, "events.ndjson"), "utf8"))
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line).kind);

test("events before the directory is known come first, with the time they happened at", async () => {
  const lines: string[] = [];
  using log = new EventLog((line) => lines.push(line));
  log.write({ kind: "netns.ready" });
  expect(lines).toHaveLength(1);
  log.write({ kind: "run.begin", directory: place } as { kind: string });
  log.write({ kind: "trial.begin" });
  expect(await kinds()).toEqual(["netns.ready", "run.begin", "trial.begin"]);
  const text = await readFile(join(place, "events.ndjson"), "utf8");
  expect(text).toBe(lines.map((line) => `${line}\n`).join(""));
  expect(JSON.parse(lines[0] ?? "").at).toMatch(/^\d{4}-\d\d-\d\dT/);
});

test.each([
  ["half a line", '{"at":"2026", "ki'],
  ["nothing", ""],
])("a resumed run adds to the file, after %s", async (_, half) => {
  for (const kind of ["first", "second"]) {
    using log = new EventLog();
    log.write({ kind, directory: place } as { kind: string });
    log[Symbol.dispose]();
    if (kind === "first") await appendFile(join(place, "events.ndjson"), half);
  }
  expect(await kinds()).toEqual(["first", "second"]);
});
