import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { openLocalTransport } from "../../src/host/local.js";
import { applyPlan } from "../../src/plan/apply-plan.js";
import { formatPlan } from "../../src/plan/format-plan.js";
import { makePlan } from "../../src/plan/plan.js";
import { restore } from "../../src/plan/restore.js";
import { type BuildStepOptions, buildStep } from "../../src/steps/build.js";
import {
  act,
  decideOn,
  runAll,
  type StepCase,
  stepContract,
} from "../../src/testing/step-contract.js";
import { planPlace } from "../support/plan-place.js";
import {
  busyboxDirectory,
  openMachine,
  temporaryDirectory,
  type UserLand,
  userLands,
  withPath,
} from "../support/step-hosts.js";

interface BuildCase extends StepCase {
  readonly tree: string;
}

/** Makes a program of a source and writes a source of its own, as kbuild does; counts how often. */
const maker = `
[ -e half ] && rm half
cat main.c >"out/$1" || exit 1
date +%N >generated.c
echo x >>"$2"
`;

async function buildCase(
  userLand: UserLand,
  more: Partial<BuildStepOptions> = {},
): Promise<BuildCase> {
  const directory = await temporaryDirectory();
  const [bin, tree] = [join(directory.path, "bin"), join(directory.path, "a tree")];
  await mkdir(bin);
  await mkdir(join(tree, "out"), { recursive: true });
  await writeFile(join(tree, "main.c"), "int main;\n");
  await writeFile(join(tree, "make.sh"), maker);
  if (userLand === "busybox") await busyboxDirectory(bin);
  const host = openMachine(withPath(openLocalTransport(), bin));
  const program = "pro gram'$x";
  const count = join(directory.path, "count");
  return {
    host,
    tree,
    step: buildStep({
      name: "lab",
      directory: tree,
      argv: ["sh", "make.sh", program, count],
      outputs: [`out/${program}`],
      cleanArgv: ["rm", "-f", "generated.c", count],
      ...more,
    }),
    savedDirectory: join(directory.path, "saved"),
    words: [tree, program],
    surroundings: async () => (await readdir(tree, { recursive: true })).toSorted().join("\n"),
    [Symbol.asyncDispose]: async () => {
      await host[Symbol.asyncDispose]();
      await directory[Symbol.asyncDispose]();
    },
  };
}

const stateOf = async (one: BuildCase) => (await decideOn(one)).decision;
const built = async (one: BuildCase) =>
  (await readFile(join(one.tree, "../count"), "utf8")).split("\n").length - 1;
const program = (one: BuildCase) => join(one.tree, "out/pro gram'$x");

describe.each(userLands)("%s", (userLand) => {
  stepContract("build", () => buildCase(userLand));
  stepContract("build for a kernel", () => buildCase(userLand, { forRunningKernel: true }));

  test("builds again when a source or an output is another one, and only then", async () => {
    await using one = await buildCase(userLand);
    await act(one.host, await stateOf(one));
    expect(await stateOf(one)).toEqual({ state: "satisfied" });
    // written by the build itself
    await writeFile(join(one.tree, "generated.c"), "other");
    await writeFile(join(one.tree, "README"), "no source");
    expect(await stateOf(one)).toEqual({ state: "satisfied" });
    await writeFile(join(one.tree, "main.c"), "int other;\n");
    await act(one.host, await stateOf(one));
    expect(await readFile(program(one), "utf8")).toBe("int other;\n");
    await writeFile(program(one), "broken");
    await act(one.host, await stateOf(one));
    expect(await readFile(program(one), "utf8")).toBe("int other;\n");
    await rm(program(one));
    await act(one.host, await stateOf(one));
    expect(await stateOf(one)).toEqual({ state: "satisfied" });
    expect(await built(one)).toBe(4);
  });

  test("builds again by another command", async () => {
    await using one = await buildCase(userLand);
    await act(one.host, await stateOf(one));
    const argv = ["sh", "make.sh", "pro gram'$x", "/dev/null"] as const;
    const other = buildStep({
      name: "lab",
      directory: one.tree,
      argv,
      outputs: ["out/pro gram'$x"],
    });
    expect(await stateOf({ ...one, step: other })).toMatchObject({ state: "needed" });
  });

  test("tells the first error and where the log is; goes on from there", async () => {
    await using one = await buildCase(userLand);
    const text = "echo fine; echo 'main.c:7: error: no such thing'; echo later error; exit 2\n";
    await writeFile(join(one.tree, "make.sh"), text);
    const needed = await stateOf(one);
    const failure = act(one.host, needed);
    await expect(failure).rejects.toThrow(/2:main\.c:7: error: no such thing/);
    await expect(failure).rejects.toThrow(`${one.tree}/.hoststack-build/lab.log`);
    expect(await stateOf(one)).toEqual(needed);
    await writeFile(join(one.tree, "make.sh"), "exit 0\n");
    await expect(act(one.host, await stateOf(one))).rejects.toThrow("has made no out/pro gram'$x");
    await writeFile(join(one.tree, "make.sh"), maker);
    await act(one.host, await stateOf(one));
    expect(await stateOf(one)).toEqual({ state: "satisfied" });
  });

  test("leaves alone what no step has built", async () => {
    await using one = await buildCase(userLand);
    const needed = await stateOf(one);
    await writeFile(program(one), "mine");
    expect(await stateOf(one)).toMatchObject({
      state: "impossible",
      reason: expect.stringContaining("no step has built it"),
    });
    if (needed.state === "needed") await runAll(one.host, needed.undo);
    expect(await readFile(program(one), "utf8")).toBe("mine");
  });

  test("says what is missing", async () => {
    await using one = await buildCase(userLand, { argv: ["no-such-make"] });
    expect(await stateOf(one)).toMatchObject({ reason: "the host has no no-such-make" });
    await rm(one.tree, { recursive: true });
    expect(await stateOf(one)).toMatchObject({ reason: `there is no directory ${one.tree}` });
  });
});

test("a plan builds, finds nothing to do, and restore removes it", async () => {
  await using place = await planPlace();
  await using host = place.open();
  await using one = await buildCase("debian");
  const before = await one.surroundings?.();
  const targets = [{ host, steps: [one.step] }];
  expect((await applyPlan(await makePlan(targets))).changes).toBe(1);
  expect(formatPlan(await makePlan(targets))).toBe("nothing to do\n");
  expect((await restore([host])).complete).toBe(true);
  expect(await one.surroundings?.()).toBe(before);
});
