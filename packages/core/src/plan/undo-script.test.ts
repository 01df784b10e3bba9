import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { JournalEntry } from "./journal-entry.js";
import { undoScript } from "./undo-script.js";

let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "hoststack undo's "));
});
afterEach(() => rmSync(root, { recursive: true }));

const statePath = () => join(root, "the $state");

function entryOf(parts: Partial<JournalEntry>): JournalEntry {
  const seen = parts.seen ?? "before\n";
  return {
    recordVersion: 1,
    planId: "0123456789abcdef",
    sequence: 1,
    host: "here",
    machineId: "machine",
    bootId: "another",
    netnsId: "net-0-0",
    stepId: "step",
    title: "title",
    scope: "machine",
    lifetime: "kept",
    survives: "reboot",
    partial: "conflict",
    check: { argv: ["cat", "--", statePath()] },
    seen,
    wanted: "after\n",
    undo: [{ argv: ["sh", "-c", 'printf %s "$2" >"$1"', "sh", statePath(), seen] }],
    irreversible: [],
    leaseId: "lease",
    at: "2026-01-01T00:00:00.000Z",
    ...parts,
  };
}

/** Runs an entry's script where its state is `now`; `marker` is what a crash left. */
function undo(entry: JournalEntry, now: string, marker = "applied") {
  const directory = join(root, "state", "journal", "machine", "entry");
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, "undo.sh"), undoScript(entry));
  writeFileSync(join(directory, marker), "");
  writeFileSync(statePath(), now);
  const { stdout } = spawnSync("sh", [join(directory, "undo.sh")], { encoding: "utf8" });
  return { stdout, state: readFileSync(statePath(), "utf8"), stays: existsSync(directory) };
}

/** What a shell can hold: any text without NUL. */
const text = fc
  .string({
    unit: fc.oneof(fc.constantFrom(..."'\"$`\\\n\r !*x"), fc.string({ unit: "grapheme" })),
  })
  .filter((one) => !one.includes("\0"));

describe("the script that undoes an entry", () => {
  test("brings back any state byte for byte, by argument and by input", () => {
    fc.assert(
      fc.property(text, text, text, (seen, wanted, title) => {
        fc.pre(seen !== wanted);
        const byInput = { argv: ["tee", "--", statePath()] as [string, ...string[]], stdin: seen };
        const plain = entryOf({ seen, wanted, title, survives: "boot", bootId: bootId() });
        for (const entry of [plain, { ...plain, undo: [byInput] }]) {
          const result = undo(entry, wanted);
          expect(result).toMatchObject({ state: seen, stays: false });
          expect(result.stdout).toBe(`restored: ${title.replaceAll(/\s+/g, " ")}\n`);
        }
      }),
      { numRuns: 25 },
    );
  }, 60_000);

  test("touches no state but the wanted one, to the last newline", () => {
    fc.assert(
      fc.property(text, text, text, (seen, wanted, now) => {
        fc.pre(now !== seen && now !== wanted);
        const entry = entryOf({ seen, wanted, survives: "boot", bootId: bootId() });
        const result = undo(entry, now);
        expect(result).toEqual({ stdout: `conflict: title\n${now}`, state: now, stays: true });
      }),
      { numRuns: 25 },
    );
    for (const now of ["after", "after\n\n", "", "\n"]) {
      expect(undo(entryOf({}), now)).toMatchObject({ state: now, stays: true });
    }
  }, 60_000);

  test("has nothing to do where the state is the one before", () => {
    expect(undo(entryOf({ undo: [{ argv: ["false"] }] }), "before\n")).toEqual({
      stdout: "already: title\n",
      state: "before\n",
      stays: false,
    });
  });

  test.each(["applying", "undoing"])(
    "clears up after %s that was cut before the state",
    (marker) => {
      const rubbish = join(root, "rubbish");
      writeFileSync(rubbish, "");
      const entry = entryOf({ undo: [{ argv: ["rm", "-f", rubbish] }] });
      expect(undo(entry, "before\n", marker)).toEqual({
        stdout: "already: title\n",
        state: "before\n",
        stays: false,
      });
      expect(existsSync(rubbish)).toBe(false);
    },
  );

  test.each([
    ["applied", "ours", "conflict"],
    ["applying", "conflict", "conflict"],
    ["applying", "ours", "restored"],
    ["undoing", "ours", "restored"],
  ] as const)(
    "takes a state amid %s, of a step whose partial states are %s, as %s",
    (marker, partial, outcome) => {
      const { stdout, stays } = undo(entryOf({ partial }), "half", marker);
      expect(stdout.split(":")[0]).toBe(outcome);
      expect(stays).toBe(outcome === "conflict");
    },
  );

  test("stays when a command fails, or does not bring the state back", () => {
    for (const argv of [["false"], ["true"]] as [string][]) {
      expect(undo(entryOf({ undo: [{ argv }] }), "after\n")).toEqual({
        stdout: "failed: title\nafter\n",
        state: "after\n",
        stays: true,
      });
    }
    const check: JournalEntry["check"] = { argv: ["sh", "-c", "echo half; exit 1"] };
    expect(undo(entryOf({ check }), "after\n").stdout).toBe("failed: title\nhalf\n");
  });

  test("leaves what a restart undid, and other network namespaces, alone", () => {
    expect(undo(entryOf({ survives: "boot" }), "after\n")).toEqual({
      stdout: "rebooted: title\n",
      state: "after\n",
      stays: false,
    });
    expect(undo(entryOf({ scope: "netns" }), "after\n")).toMatchObject({
      stdout: "elsewhere: title\n",
      state: "after\n",
      stays: true,
    });
  });
});

function bootId(): string {
  return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
}
