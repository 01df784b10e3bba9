import { readFile, writeFile } from "node:fs/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { KernelRecipe } from "../../src/kernel/recipe.js";
import { killedBuild } from "../support/doomed-build.js";
import { run } from "../support/step-hosts.js";
import { returnOne, type TinyKernel, tinyKernel } from "../support/tiny-kernel.js";

let tiny: TinyKernel;
beforeEach(async () => {
  tiny = await tinyKernel();
});
afterEach(() => tiny[Symbol.asyncDispose]());

const all = ["a", "b", "c", "d"];
/** Takes two seconds, an object after the other. */
const slow: Pick<KernelRecipe, "config"> = {
  config: { base: "guest", set: { TINY_DELAY: ".5" } },
};

/** The one path of that name below the work directory. */
async function found(...named: string[]): Promise<string> {
  const { stdout } = await run("find", [tiny.path, ...named]);
  const [path = "", ...others] = stdout.trim().split("\n");
  expect(others).toEqual([]);
  return path;
}

const begun = (count: number) =>
  expect.poll(() => tiny.events.some((event) => event.kind === "objects" && event.done === count), {
    timeout: 30_000,
    interval: 20,
  });

test("a build whose controller was killed goes on, and the next one follows it", async () => {
  await killedBuild(tiny, tiny.recipe(slow), 2);
  const kernel = await tiny.build(slow);
  expect(await readFile(`${kernel.directory}/kernel.json`, "utf8")).toContain(kernel.release);
  // each once: nothing was begun anew
  expect(await tiny.compiled()).toEqual(all);
});

test("a build that was killed itself is gone on with; what it was writing is made again", async () => {
  await killedBuild(tiny, tiny.recipe(slow), 2);
  const [, pid] = (await readFile(await found("-path", "*/build-hs*/process"), "utf8")).split(" ");
  process.kill(-Number(pid), "SIGKILL");
  const begunBefore = await tiny.compiled();
  const cut = begunBefore.at(-1) ?? "";
  const out = (await found("-name", "a.o")).replace(/[^/]*$/, "");
  await writeFile(`${out}${cut}.o`, "half an object");
  await tiny.build(slow);
  expect(await tiny.compiled()).toEqual(all.slice(all.indexOf(cut)));
  // those that were kept count as well
  expect(tiny.events.findLast(({ kind }) => kind === "objects")).toMatchObject({ done: 4 });
});

test("what may have been lost with the machine's power is made again", async () => {
  const kernel = await tiny.build();
  expect(await tiny.compiled()).toEqual(all);
  const notes = async () => (await run("find", [tiny.path, "-name", "*unwritten"])).stdout;
  await expect.poll(notes, { timeout: 60_000 }).toBe("");

  const another = "00000000-0000-4000-8000-000000000000 1\n";
  const line = (await found("-name", "stamps")).replace(/[^/]*$/, "");
  await writeFile(kernel.directory.replace(/[^/]*$/, ".$&.unwritten"), another);
  expect(await tiny.build()).toEqual(kernel);
  expect(await tiny.compiled()).toEqual([]);
  await writeFile(`${line}unwritten`, another);
  const patches = [{ name: "eleven", text: returnOne("11") }];
  await tiny.build({ patches });
  expect(await tiny.compiled()).toEqual(all);
  await expect.poll(notes, { timeout: 60_000 }).toBe("");
});

test("nobody changes the sources under a build", async () => {
  const patches = [{ name: "eleven", text: returnOne("11") }];
  const building = tiny.build(slow);
  await begun(1).toBe(true);
  await expect(tiny.build({ ...slow, patches })).rejects.toMatchObject({
    code: "LEASE_HELD",
    message: expect.stringMatching(/another kernel build works with the same sources on machine/),
  });
  const kernel = await building;
  expect((await tiny.build({ ...slow, patches })).release).not.toBe(kernel.release);
});

test("a build whose sources were changed all the same makes no kernel", async () => {
  const building = tiny.build(slow);
  const failed = expect(building).rejects.toMatchObject({
    code: "KERNEL_BUILD_FAILED",
    message: expect.stringMatching(/another build has changed the sources/),
  });
  await begun(1).toBe(true);
  await writeFile(await found("-path", "*/stamps/patch"), "another's");
  await failed;
  await tiny.build(slow);
});
