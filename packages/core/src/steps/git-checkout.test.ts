import { expect, test } from "vitest";
import type { Answer } from "../plan/step.js";
import { gitCheckoutStep } from "./git-checkout.js";

const said = (stdout: string, exitCode = 0): Answer => ({ stdout, stderr: "", exitCode });
const commit = "b".repeat(40);
const options = {
  repository: "git@example.org:a/b.git",
  mirrors: ["/srv/b"],
  commit,
  path: "/opt/b",
};
const decide = (seen: string, facts = "0 0 writable 0 :\n", tool = "git\n") =>
  gitCheckoutStep(options).decide(said(seen), [said(facts), said(tool)], {
    savedDirectory: "/saved",
  });

test("tries mirrors first and keeps the repository as origin", () => {
  const decision = decide("absent\n");
  expect(decision).toMatchObject({ state: "needed", wanted: `${commit} clean\n` });
  if (decision.state !== "needed") throw new Error("not needed");
  const [, , , , ...args] = decision.actions[0]?.argv ?? [];
  expect(args).toEqual(["/opt/b", commit, options.repository, "/srv/b", options.repository]);
});

test("needs nothing at its commit", () => {
  expect(decide(`${commit} clean\n`, "")).toEqual({ state: "satisfied" });
});

test.each([
  [
    `${commit} changed abc\n`,
    "0 0 writable 0 :\n",
    "git\n",
    /has changes that no step has made: changed abc/,
  ],
  [`${"c".repeat(40)} clean\n`, "0 0 writable 0 :\n", "git\n", /is at the commit cccc/],
  ["other\n", "0 0 writable 0 :\n", "git\n", /is no tree of git/],
  ["absent\n", "0 0 missing 0 :\n", "git\n", /no directory \/opt/],
  ["absent\n", "1 1 readonly 0 :\n", "git\n", /cannot be written/],
  ["absent\n", "0 0 writable 0 :\n", "none\n", /has no git/],
])("refuses %j %#", (...[seen, facts, tool, reason]) => {
  expect(decide(seen, facts, tool)).toMatchObject({
    state: "impossible",
    reason: expect.stringMatching(reason),
    remedy: expect.stringMatching(/./),
  });
});

test("git may come with another step", () => {
  const step = gitCheckoutStep({ ...options, after: "packages:git" });
  const answers = [said("0 0 writable 0 :\n"), said("none\n")];
  const decision = step.decide(said("absent\n"), answers, { savedDirectory: "/saved" });
  expect(decision).toEqual({
    state: "unknownUntil",
    stepId: "packages:git",
    otherwise: { reason: "the host has no git", remedy: "install git on the host" },
  });
});
