import { describe, expect, test } from "vitest";
import { knob } from "../../test/support/plan-knob.js";
import { scriptedPlace } from "../testing/scripted-host.js";
import { entryPath, journalEntry, journalEntrySchema, nextSequence } from "./journal-entry.js";
import { parseEntry } from "./mirror.js";
import { parsePlace, passingEntries } from "./place.js";

const step = knob("net.core/rmem_max", "1");
const decision = step.decide({ exitCode: 0, stdout: "0\n", stderr: "" }, [], {
  savedDirectory: "/",
});
if (decision.state !== "needed") throw new Error("the example has to act");
const entry = journalEntry(
  { step, decision, seen: "0\n" },
  {
    host: "Server 1",
    place: parsePlace("server", scriptedPlace),
    planId: "0123456789abcdef",
    sequence: 42,
    leaseId: "token",
    time: "2026-01-01T00:00:00.000Z",
  },
);

describe("a journal entry", () => {
  test("survives JSON, by its schema", () => {
    expect(parseEntry(JSON.stringify(entry))).toEqual(entry);
    expect(JSON.stringify(entry)).not.toContain("\n");
  });

  test.each([
    ["of another version", { recordVersion: 2 }],
    ["with an unknown field", { more: 1 }],
    ["with a command without a program", { check: { argv: [] } }],
    ["with a negative number", { sequence: -1 }],
  ])("is none %s", (_, change) => {
    expect(journalEntrySchema.safeParse({ ...entry, ...change }).success).toBe(false);
    expect(parseEntry(JSON.stringify({ ...entry, ...change }))).toBeUndefined();
  });

  test("is none when it is cut", () => {
    expect(parseEntry(JSON.stringify(entry).slice(0, -1))).toBeUndefined();
  });

  test("has a path that sorts by age and is plain for every shell", () => {
    expect(entryPath(entry)).toBe("machine/00000042-01234567-server-1-knob-net-core-rmem-max");
    expect(entryPath({ ...entry, scope: "netns" })).toMatch(/^net-4026531840-1\/00000042-/);
    expect(nextSequence([])).toBe(1);
    expect(nextSequence(["machine/00000007-x-y", entryPath(entry), "net-1-2/00000009-x"])).toBe(43);
  });
});

describe("a place", () => {
  test("tells who holds the machine", () => {
    const lines = [
      "token",
      "11111111-2222-3333-4444-555555555555",
      "9000",
      "undoing",
      "since",
      "who",
      "why",
    ];
    const text = `${scriptedPlace}${lines.map((line) => `lease ${line}\n`).join("")}`;
    expect(parsePlace("server", text).lease).toEqual({
      token: "token",
      who: "who",
      purpose: "why",
      since: "since",
      remainingMs: 0,
      undoing: true,
    });
    const earlier = text.replace("lease 1111", "lease 2222");
    expect(parsePlace("server", earlier).lease).toBeUndefined();
  });

  test("knows changes that end with another run", () => {
    const scoped = ["machine/1-a", "net-4026531840-1/2-b", "net-1-2/3-c"];
    const lines = scoped.map((path) => `scoped dead ${path}\nscoped own ${path}\n`);
    const place = parsePlace("server", `${scriptedPlace}${lines.join("")}`);
    expect(passingEntries(place, "own")).toEqual(scoped.slice(0, 2));
    expect(passingEntries(place)).toHaveLength(4);
  });

  test("lists what is journalled", () => {
    const text = `${scriptedPlace}entry machine/00000001-a\nentry net-1-2/00000002-b\nscoped token net-1-2/00000002-b\n`;
    expect(parsePlace("server", text)).toEqual({
      userId: 1000,
      machineId: "0123456789abcdef0123456789abcdef",
      bootId: "11111111-2222-3333-4444-555555555555",
      netnsId: "net-4026531840-1",
      stateDirectory: "/state",
      openEntries: ["machine/00000001-a", "net-1-2/00000002-b"],
      scopedEntries: [{ path: "net-1-2/00000002-b", token: "token" }],
    });
  });
});
