import { chmod, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { applyPlan } from "../../src/plan/apply-plan.js";
import { makePlan } from "../../src/plan/plan.js";
import { restore } from "../../src/plan/restore.js";
import type { Step } from "../../src/plan/step.js";
import { builtBinaryStep } from "../../src/steps/built-binary.js";
import { downloadStep } from "../../src/steps/download.js";
import { fileStep } from "../../src/steps/file.js";
import { gitCheckoutStep } from "../../src/steps/git-checkout.js";
import { patternEditStep } from "../../src/steps/pattern-edit.js";
import { openMachine, run, temporaryDirectory } from "../support/step-hosts.js";

afterEach(() => vi.unstubAllEnvs());

/** Sources, an edit of them that has to wait for them, and files beside. */
async function setup(root: string): Promise<readonly Step[]> {
  const upstream = join(root, "upstream");
  await mkdir(upstream);
  const git = (...args: readonly string[]) =>
    run("git", ["-C", upstream, "-c", "user.name=A", "-c", "user.email=a@b", ...args]);
  await git("init", "-q");
  await writeFile(join(upstream, "Makefile"), "KDIR = /lib/modules\n");
  await git("add", ".");
  await git("commit", "-qm", "one");
  const commit = (await git("rev-parse", "HEAD")).stdout.trim();
  const program = join(root, "program");
  await writeFile(program, "#!/bin/sh\n");
  const sha256 = (await run("sha256sum", [program])).stdout.slice(0, 64);
  const work = join(root, "work");
  const sources = gitCheckoutStep({
    repository: upstream,
    commit,
    path: `${work}/sources`,
    mayChange: ["Makefile"],
  });
  return [
    fileStep({ path: `${work}/settings`, content: "new\n", mode: 0o600 }),
    sources,
    patternEditStep({
      path: `${work}/sources/Makefile`,
      edits: [{ pattern: "/lib/modules", replacement: "/usr/src" }],
      after: sources.id,
    }),
    downloadStep({ url: `file://${program}`, sha256, path: `${work}/download` }),
    await builtBinaryStep({ localPath: program, path: `${work}/program` }),
  ];
}

test("a plan of them is applied, needs nothing then, and is restored", async () => {
  await using directory = await temporaryDirectory();
  const [state, work] = [join(directory.path, "state"), join(directory.path, "work")];
  vi.stubEnv("HOSTSTACK_STATE_DIRECTORY", state);
  vi.stubEnv("XDG_STATE_HOME", join(directory.path, "mirror"));
  await mkdir(work);
  await writeFile(join(work, "settings"), "old\n");
  await chmod(join(work, "settings"), 0o640);
  await using host = openMachine();
  const targets = [{ host, steps: await setup(directory.path) }];

  const plan = await makePlan(targets);
  expect(plan.hosts[0]?.steps.map(({ decision }) => decision.state)).toEqual([
    "needed",
    "needed",
    "unknownUntil",
    "needed",
    "needed",
  ]);
  expect(await applyPlan(plan)).toMatchObject({ changes: 5 });
  expect(await readFile(join(work, "sources/Makefile"), "utf8")).toBe("KDIR = /usr/src\n");
  expect((await makePlan(targets)).changes).toBe(0);

  const restored = await restore([host]);
  expect(restored.complete).toBe(true);
  expect(await readdir(work)).toEqual(["settings"]);
  expect(await readFile(join(work, "settings"), "utf8")).toBe("old\n");
  const left = await run("find", [state, "-type", "f", "-size", "+0", "-path", "*saved*"]);
  expect(left.stdout).toBe("");
});

test("a change of the user is reported and stays", async () => {
  await using directory = await temporaryDirectory();
  vi.stubEnv("HOSTSTACK_STATE_DIRECTORY", join(directory.path, "state"));
  vi.stubEnv("XDG_STATE_HOME", join(directory.path, "mirror"));
  await using host = openMachine();
  const path = join(directory.path, "settings");
  await applyPlan(await makePlan([{ host, steps: [fileStep({ path, content: "ours" })] }]));
  await writeFile(path, "the user's");
  const { complete, hosts } = await restore([host]);
  expect(complete).toBe(false);
  expect(hosts[0]?.entries).toMatchObject([{ outcome: "conflict" }]);
  expect(await readFile(path, "utf8")).toBe("the user's");
});
