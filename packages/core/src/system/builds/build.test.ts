import { expect, test } from "vitest";
import { type Build, buildKey } from "./build.js";
import { buildSteps } from "./build-steps.js";
import { builtFact, missingArtefacts } from "./built-fact.js";

const build: Build = {
  name: "tools",
  source: { repository: "https://example.org/tools.git", commit: "a".repeat(40) },
  edits: { "src/main.c": [{ pattern: "120", replacement: "10" }] },
  directory: "src",
  argv: ["make", "-j2"],
  artefacts: ["client", "bin/server"],
};

test("a build is another one when anything its programs depend on is", () => {
  const others: Build[] = [
    { ...build, source: { ...build.source, commit: "b".repeat(40) } },
    { ...build, edits: {} },
    { ...build, directory: "." },
    { ...build, argv: ["make", "-j2", "CUDA=1"] },
    { ...build, artefacts: ["client"] },
  ];
  const keys = [build, ...others].map(buildKey);
  expect(new Set(keys).size).toBe(keys.length);
  expect(keys[0]).toMatch(/^[0-9a-f]{20}$/);
});

test("where its sources come from and what it needs do not make it another one", () => {
  const moved = { ...build.source, repository: "/mirror", commit: "A".repeat(40) };
  const tools = [{ program: "make", debianPackage: "make" }];
  expect(buildKey({ ...build, source: moved, tools })).toBe(buildKey(build));
});

test("its steps are a directory, a checkout, the edits and the build, in this order", () => {
  const steps = buildSteps(build, { directory: "/b/key", mirrors: ["/mirror"] });
  expect(steps.map(({ id }) => id)).toEqual([
    "directory:/b/key",
    "git-checkout:/b/key/tree",
    "pattern-edit:/b/key/tree/src/main.c",
    "build:/b/key/tree/src/tools",
  ]);
  expect(steps.every(({ lifetime }) => lifetime === "kept")).toBe(true);
});

test("the first place of a program counts; what is nowhere is missing", () => {
  const { parser } = builtFact(build);
  const paths = parser.parse("client /a/b c/client\nclient /z/client\n");
  expect(paths).toEqual({ client: "/a/b c/client" });
  expect(missingArtefacts(build, paths)).toEqual(["server"]);
});
