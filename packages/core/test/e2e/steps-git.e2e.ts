import { mkdir, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { openLocalTransport } from "../../src/host/local.js";
import { type GitCheckoutStepOptions, gitCheckoutStep } from "../../src/steps/git-checkout.js";
import {
  act,
  decideOn,
  runAll,
  type StepCase,
  stepContract,
} from "../../src/testing/step-contract.js";
import {
  busyboxDirectory,
  openMachine,
  run,
  temporaryDirectory,
  type UserLand,
  userLands,
  withPath,
} from "../support/step-hosts.js";

interface CheckoutCase extends StepCase {
  readonly tree: string;
  readonly repository: string;
}

/** A repository with two commits, the first of which is wanted. */
async function makeRepository(directory: string): Promise<string> {
  const git = (...args: readonly string[]) =>
    run("git", ["-C", directory, "-c", "user.name=A", "-c", "user.email=a@b", ...args]);
  await mkdir(join(directory, "src"), { recursive: true });
  await git("init", "-q");
  await writeFile(join(directory, "src/Makefile"), "CC=gcc\n");
  await writeFile(join(directory, ".gitignore"), "*.o\n");
  await git("add", ".");
  await git("commit", "-qm", "one");
  await git("commit", "-qm", "two", "--allow-empty");
  return (await git("rev-parse", "HEAD~")).stdout.trim();
}

async function checkoutCase(
  userLand: UserLand,
  options: (repository: string) => Partial<GitCheckoutStepOptions> = () => ({}),
): Promise<CheckoutCase> {
  const directory = await temporaryDirectory();
  const [repository, bin] = [join(directory.path, "up stream"), join(directory.path, "bin")];
  const [work, tree] = [join(directory.path, "work"), join(directory.path, "work/a tree")];
  for (const path of [repository, bin, work]) await mkdir(path);
  const commit = await makeRepository(repository);
  const local = openLocalTransport();
  if (userLand === "busybox") await busyboxDirectory(bin);
  const host = openMachine(withPath(local, bin));
  return {
    host,
    tree,
    repository,
    step: gitCheckoutStep({ repository, commit, path: tree, ...options(repository) }),
    savedDirectory: join(directory.path, "saved"),
    words: [tree, repository, commit],
    surroundings: async () => (await readdir(work)).join("\n"),
    [Symbol.asyncDispose]: async () => {
      await host[Symbol.asyncDispose]();
      await directory[Symbol.asyncDispose]();
    },
  };
}

describe.each(userLands)("%s", (userLand) => {
  stepContract("git checkout", () => checkoutCase(userLand));
  stepContract("git checkout past mirrors that have it not", () =>
    checkoutCase(userLand, (repository) => ({
      repository: `file://${encodeURI(repository)}`.replaceAll("%20", "%20"),
      mirrors: [`${repository}/none`, repository],
    })),
  );

  test("says which repositories do not have the commit, and leaves nothing", async () => {
    await using one = await checkoutCase(userLand, () => ({ commit: "0".repeat(40) }));
    const { decision } = await decideOn(one);
    const words = `${one.repository}: no commit 0{40} there\\n.* that this host reaches, .*--mirror`;
    await expect(act(one.host, decision)).rejects.toThrow(new RegExp(words));
    expect(await one.surroundings?.()).toBe("");
  });

  test("takes only what may change as its own", async () => {
    await using one = await checkoutCase(userLand, () => ({
      mayChange: ["src/Makefile", "build/**"],
    }));
    const { decision } = await decideOn(one);
    await act(one.host, decision);
    await writeFile(join(one.tree, "src/Makefile"), "CC=clang\n");
    await mkdir(join(one.tree, "build"));
    await writeFile(join(one.tree, "build/out"), "");
    await writeFile(join(one.tree, "src/a.o"), "");
    for (const notes of [".hoststack-build", "src/.hoststack-build"]) {
      await mkdir(join(one.tree, notes));
      await writeFile(join(one.tree, notes, "lab.log"), "");
    }
    expect((await decideOn(one)).decision).toEqual({ state: "satisfied" });
    await writeFile(join(one.tree, "src/mine.c"), "");
    expect((await decideOn(one)).decision).toMatchObject({
      state: "impossible",
      reason: expect.stringContaining("has changes that no step has made"),
      remedy: expect.stringContaining(`mv ${one.tree}`),
    });
    const changed = (await decideOn(one)).seen;
    await writeFile(join(one.tree, "src/mine.c"), "");
    expect((await decideOn(one)).seen).toBe(changed);
    await writeFile(join(one.tree, ".gitignore"), "*.c\n");
    expect((await decideOn(one)).seen).not.toBe(changed);
  });

  test("never touches what is at its path", async () => {
    await using one = await checkoutCase(userLand);
    const remedy = { state: "impossible", remedy: expect.stringContaining("move it away") };
    await writeFile(one.tree, "mine");
    expect((await decideOn(one)).decision).toMatchObject(remedy);
    await rm(one.tree);
    await symlink(one.repository, one.tree);
    expect((await decideOn(one)).decision).toMatchObject(remedy);
    await rm(one.tree);
    const { decision } = await decideOn(one);
    await run("git", ["clone", "-q", one.repository, one.tree]);
    expect((await decideOn(one)).decision).toMatchObject({
      reason: expect.stringContaining("is at the commit"),
    });
    await expect(act(one.host, decision)).rejects.toThrow(/is there meanwhile/);
    if (decision.state !== "needed") throw new Error("nothing was needed");
    await expect(runAll(one.host, decision.undo)).rejects.toThrow(/is not at the commit/);
    expect(await readdir(join(one.tree, "src"))).toEqual(["Makefile"]);
  });
});

test("refuses a tree whose objects are damaged", async () => {
  await using one = await checkoutCase("debian");
  const { decision } = await decideOn(one);
  const git = (...args: readonly string[]) => run("git", ["-C", one.repository, ...args]);
  const { stdout: blob } = await git("rev-parse", "HEAD:src/Makefile");
  const object = join(one.repository, ".git/objects", blob.slice(0, 2), blob.slice(2, 40));
  await rm(object);
  await writeFile(object, "damaged");
  await expect(act(one.host, decision)).rejects.toThrow(/no commit/);
  expect(await one.surroundings?.()).toBe("");
});
