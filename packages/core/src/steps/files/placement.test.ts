import { expect, test } from "vitest";
import type { Answer } from "../../plan/step.js";
import { decidePlacement, type Placement, savedPath } from "./placement.js";

const said = (stdout: string, exitCode = 0): Answer => ({ stdout, stderr: "", exitCode });
const [old, wanted] = ["a".repeat(64), "b".repeat(64)];
const placement: Placement = {
  id: "file:/opt/x",
  path: "/opt/x",
  sha256: wanted,
  sources: ["-"],
  stdin: "new",
};
const place = { savedDirectory: "/var/lib/hoststack/saved" };
const asRoot = "0 0 writable 1 :\n";

const decide = (seen: string, facts = asRoot, more: Partial<Placement> = {}) =>
  decidePlacement({ ...placement, ...more }, { seen: said(seen), facts: said(facts) }, place);

test("a new file belongs to who makes it, an old one stays its owner's", () => {
  expect(decide("absent\n", "1000 50 writable 0 :\n")).toMatchObject({
    wanted: `file 644 1000:50 ${wanted}\n`,
    actions: [{ stdin: "new" }],
  });
  const saved = savedPath(place, placement.id, `file 600 7:8 ${old}\n`);
  const decision = decide(`file 600 7:8 ${old}\n`);
  expect(decision).toMatchObject({ wanted: `file 600 7:8 ${wanted}\n` });
  if (decision.state !== "needed") throw new Error("not needed");
  expect(decision.actions.map(({ argv }) => argv.slice(4))).toEqual([
    ["/opt/x", saved],
    ["/opt/x", "600", "7:8", wanted, "-"],
  ]);
  expect(decision.undo.map(({ argv }) => argv.slice(4))).toEqual([["/opt/x", saved]]);
});

test("what is there as wanted needs nothing", () => {
  expect(decide(`file 644 0:0 ${wanted}\n`)).toEqual({ state: "satisfied" });
  expect(decide(`file 644 0:0 ${wanted}\n`, "0 0 readonly 2 :\n")).toEqual({ state: "satisfied" });
  const owned = { owned: true };
  expect(decide(`file 644 0:0 ${wanted}\n`, "0 0 writable 1 5:6\n", owned)).toMatchObject({
    wanted: `file 644 5:6 ${wanted}\n`,
  });
});

test("each thing it ever replaces has a place of its own", () => {
  const places = ["file 644 0:0 a\n", "file 600 0:0 a\n", "file 644 0:0 b\n"].map((seen) =>
    savedPath(place, "file:/x", seen),
  );
  expect(new Set([...places, savedPath(place, "file:/y", "file 644 0:0 a\n")]).size).toBe(4);
});

test.each([
  ["absent\n", "0 0 missing 0 :\n", /there is no directory \/opt/],
  ["absent\n", "1 1 readonly 0 :\n", /\/opt cannot be written/],
  ["directory\n", asRoot, /is a directory/],
  ["special\n", asRoot, /is no regular file/],
  ["link /etc/a b\n", asRoot, /is a symbolic link to \/etc\/a b/],
  [`file 644 0:0 ${old}\n`, "0 0 writable 3 :\n", /has 3 names/],
  ["file 600 0:0 unreadable\n", "1 1 writable 1 :\n", /cannot be read/],
  [`file 644 0:0 ${old}\n`, "1 1 writable 1 :\n", /only root/],
  ["absent\n", "", /could not be looked at/],
])("refuses %j with %j", (seen, facts, reason) => {
  expect(decide(seen, facts)).toMatchObject({
    state: "impossible",
    reason: expect.stringMatching(reason),
    remedy: expect.stringMatching(/./),
  });
});

test("another step may make the directory first, but nothing else that is missing", () => {
  const after = { after: "git-checkout:/opt" };
  expect(decide("absent\n", "0 0 missing 0 :\n", after)).toEqual({
    state: "unknownUntil",
    stepId: "git-checkout:/opt",
    otherwise: { reason: "there is no directory /opt", remedy: "make it: mkdir -p /opt" },
  });
  expect(decide("directory\n", asRoot, after)).toMatchObject({ state: "impossible" });
  const unknown = { owned: true, ...after };
  expect(decide("absent\n", "0 0 writable 0 unknown:0\n", unknown)).toMatchObject({
    reason: expect.stringContaining("does not know the owner"),
  });
});
