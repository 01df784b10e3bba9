import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, test } from "vitest";
import { makeSystem } from "../scripts/new-system/make-system.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const run = promisify(execFile);
const shared = [
  "node_modules",
  "scripts",
  "tsconfig.base.json",
  "tsup.base.ts",
  "vitest.config.ts",
];

/** A repository with nothing but what is common to all packages. */
let place: string;
beforeEach(async () => {
  place = await mkdtemp(join(tmpdir(), "hoststack-test-"));
  await mkdir(join(place, "packages"));
  for (const name of shared) await symlink(join(root, name), join(place, name));
});
afterEach(() => rm(place, { recursive: true, force: true }));

const files = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

test("a new system runs over namespaces, its tests pass, and its types are right", async () => {
  const { folder } = await makeSystem(place, "my-system");
  const made = files(folder).filter((path) => !path.includes("/fixtures/"));
  const lines = made
    .filter((path) => !path.endsWith("LICENSE"))
    .reduce((sum, path) => sum + readFileSync(path, "utf8").split("\n").length - 1, 0);
  expect(lines).toBeLessThan(400);
  expect(made.filter((path) => readFileSync(path, "utf8").includes("sixth"))).toEqual([]);

  const bin = (name: string) => join(root, "node_modules/.bin", name);
  // types of the other packages as they are built: checking their sources again takes ten times as long
  const built = { extends: "./tsconfig.json", compilerOptions: { customConditions: [] } };
  await writeFile(join(folder, "tsconfig.check.json"), JSON.stringify(built));
  await run(bin("tsc"), ["-p", join(folder, "tsconfig.check.json"), "--noEmit"], { cwd: place });
  const tests = ["run", "--project", "unit", "--project", "e2e", "packages/my-system"];
  const { stdout } = await run(bin("vitest"), [...tests, "--reporter", "json"], { cwd: place });
  const report = JSON.parse(stdout.slice(stdout.indexOf("{")));
  expect(report).toMatchObject({ success: true, numFailedTests: 0, numPassedTests: 6 });
});

test("it writes its folder and a changeset, nothing else, and nothing of a name that is taken or none", async () => {
  await makeSystem(place, "my-system");
  expect(readdirSync(place).sort()).toEqual([".changeset", "packages", ...shared].sort());
  expect(readdirSync(join(place, ".changeset"))).toEqual(["my-system.md"]);
  await expect(makeSystem(place, "my-system")).rejects.toThrow("is there already");
  await expect(makeSystem(place, "../x")).rejects.toThrow('"../x" is no name');
  expect(readdirSync(join(place, "packages"))).toEqual(["my-system"]);
});
