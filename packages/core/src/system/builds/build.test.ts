import { expect, test } from "vitest";
import {
  artefactsOf,
  type Build,
  buildKey,
  type KernelModuleBuild,
  type ProgramBuild,
} from "./build.js";
import { buildSteps } from "./build-steps.js";
import { builtFact, missingArtefacts } from "./built-fact.js";
import { builtModulesFact, moduleOf } from "./built-module-fact.js";

const build: ProgramBuild = {
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

const module: KernelModuleBuild = {
  name: "lab-module",
  source: build.source,
  directory: "module",
  module: { name: "lab", defines: { CPU: 1 } },
};

test("a module is another one for every macro, and leaves its file and what tells it", () => {
  const other = { ...module, module: { name: "lab", defines: { CPU: 2 } } };
  expect(buildKey(other)).not.toBe(buildKey(module));
  expect(artefactsOf(module)).toEqual(["lab.ko", "lab.json"]);
});

test("a module is built on a host beside its sources, for the kernel that runs there", () => {
  const steps = buildSteps(module, { directory: "/b/key", mirrors: [] });
  expect(steps.map(({ id }) => id)).toEqual([
    "directory:/b/key",
    "git-checkout:/b/key/tree",
    "directory:/b/key/artefacts",
    "module-build:/b/key/artefacts/lab",
  ]);
  expect(steps.every(({ lifetime }) => lifetime === "kept")).toBe(true);
});

test.each([
  ["missing cc\nmissing objcopy\n", /built with cc, objcopy: the host has none/, /build-essential/],
  ["no-headers 6.1.0-9\n", /modules for the kernel 6\.1\.0-9 with/, /linux-headers-6\.1\.0-9/],
  ["headers 6.1.0-9 6.1.0-8\n", /are of the kernel 6\.1\.0-8/, /those of 6\.1\.0-9/],
])("what a module cannot be built with is told: %j", (told, reason, remedy) => {
  const step = buildSteps(module, { directory: "/b/key", mirrors: [] }).at(-1);
  const answer = (stdout: string) => ({ exitCode: 0, stdout, stderr: "" });
  const decided = step?.decide(answer("absent\n"), [answer(told)], { savedDirectory: "/s" });
  expect(decided).toMatchObject({
    state: "unknownUntil",
    otherwise: { reason: expect.stringMatching(reason), remedy: expect.stringMatching(remedy) },
  });
});

test("a module is found by what it was built from", () => {
  const { parser } = builtModulesFact("lab");
  const note = { name: "lab", sha256: "a", release: "6.1.0", vermagic: "6.1.0 SMP", depends: [] };
  const line = `${buildKey(module)}\t/state/builds/key/artefacts/lab.ko\t${JSON.stringify(note)}\n`;
  const modules = parser.parse(line);
  const { depends: _, ...file } = note;
  const path = "/state/builds/key/artefacts/lab.ko";
  expect(moduleOf(module, modules)).toEqual({ ...file, path });
  const other = { ...module, module: { name: "lab" } };
  expect(moduleOf(other, modules)).toBeUndefined();
  expect(moduleOf(module, parser.parse(""))).toBeUndefined();
});
