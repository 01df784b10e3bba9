import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { processToken } from "../host/process-token.js";
import { ownedDirectory, publishedDirectory, sweepOwnedDirectories } from "./owned-directory.js";

let parent: string;
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), "owned-"));
});
afterEach(async () => {
  await rm(parent, { recursive: true });
});

test("two builders at once leave one whole directory", async () => {
  const build = async (directory: string) => await writeFile(join(directory, "a"), "1");
  const paths = await Promise.all([
    publishedDirectory({ parent, key: "k", build }),
    publishedDirectory({ parent, key: "k", build }),
  ]);
  expect(paths).toEqual([join(parent, "k"), join(parent, "k")]);
  expect(await readdir(parent)).toEqual(["k"]);
  expect(await readdir(join(parent, "k"))).toEqual(["a"]);
});

test("a build that fails leaves nothing", async () => {
  const build = () => Promise.reject(new Error("no"));
  await expect(publishedDirectory({ parent, key: "k", build })).rejects.toThrow("no");
  expect(await readdir(parent)).toEqual([]);
});

test("the sweep takes what the dead left and nothing else", async () => {
  const mine = await ownedDirectory(parent, "run-");
  const [pid, , space, boot] = (await processToken()).split("-");
  await mkdir(join(parent, `run-${pid}-1-${space}-${boot}.gone`));
  await mkdir(join(parent, `run-1-1-0-${boot}.elsewhere`));
  await mkdir(join(parent, "other"));
  await sweepOwnedDirectories(parent, "run-");
  expect((await readdir(parent)).map((name) => join(parent, name)).toSorted()).toEqual(
    [mine, join(parent, `run-1-1-0-${boot}.elsewhere`), join(parent, "other")].toSorted(),
  );
});

test("a directory whose name merely begins like ours stays, however old it is", async () => {
  const names = ["run-mine", "run-1-2-3-x.y", "run-", "run-.x"];
  const longAgo = new Date(2000, 1, 1);
  for (const name of names) {
    await mkdir(join(parent, name));
    await utimes(join(parent, name), longAgo, longAgo);
  }
  await mkdir(join(parent, "run-1-1-0-abcdef01.old"));
  await utimes(join(parent, "run-1-1-0-abcdef01.old"), longAgo, longAgo);
  await sweepOwnedDirectories(parent, "run-");
  expect((await readdir(parent)).toSorted()).toEqual(names.toSorted());
});
