import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { recordedTerminal } from "../../src/cli/recorded-terminal.js";
import { runCli } from "../../src/cli/run-cli.js";
import {
  type AnyExperiment,
  type BuiltModules,
  builtModulesFact,
  defineSetup,
  defineSystem,
  type KernelModuleBuild,
  moduleFileStep,
  moduleOf,
  type RunRecord,
} from "../../src/index.js";
import { defaultCacheDirectory } from "../../src/packages/cache-directory.js";
import { buildKey } from "../../src/system/builds/build.js";
import { moduleFiles, moduleName } from "../support/module-source.js";
import { honest, pingLike } from "../support/ping-like.js";
import { sourceRepository } from "../support/source-repository.js";
import { moduleRecipe } from "./module-recipe.js";

let place: string;
let build: KernelModuleBuild;
beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), "hoststack-test-"));
  const { path, commit } = await sourceRepository(place, moduleFiles);
  const module = { name: moduleName, defines: { STEP: 10 } };
  build = { name: "count", source: { repository: path, commit }, module };
});
afterAll(async () => {
  await rm(join(defaultCacheDirectory(), "builds", buildKey(build)), {
    recursive: true,
    force: true,
  });
  await rm(place, { recursive: true, force: true });
});

/** What the client's module counts while it pings the server; with `complain` its kernel has a warning. */
const counting = (): AnyExperiment => ({
  ...pingLike((context) =>
    honest(context).flatMap((spec) => {
      if (spec.id === "server") return [spec];
      const [shell, c, text, ...rest] = spec.argv;
      const complain = Reflect.get(context.options as object, "complain") === true;
      const say = complain ? `echo >/dev/${moduleName}; ` : "";
      const command = `${say}${text}; cat /proc/${moduleName}`;
      return [{ ...spec, argv: [shell ?? "", c ?? "", command, ...rest] }];
    }),
  ),
  options: z.strictObject({ complain: z.boolean().default(false) }),
  facts: { modules: builtModulesFact(moduleName) },
  conditions: (_, { facts }) => {
    const module = moduleOf(build, Reflect.get(facts, "modules") as BuiltModules);
    return module === undefined ? [] : [moduleFileStep({ module })];
  },
});

const lab = () =>
  defineSystem({
    ...{ name: "lab", version: "1.0.0", summary: "a lab", suites: {} },
    experiments: { counting: counting() },
    setup: defineSetup({ options: z.strictObject({}), builds: () => [build] }),
    guest: () => moduleRecipe,
  });

async function run(name: string, ...argv: string[]) {
  const terminal = recordedTerminal();
  const out = join(place, name);
  const words = ["run", "counting", "--repeat", "1", "--testbed", "vm", "--out", out, ...argv];
  await runCli(lab(), words, terminal);
  const record = JSON.parse(await readFile(join(out, "run.json"), "utf8")) as RunRecord;
  const [trial] = record.trials;
  const raw = join(out, "raw", trial?.variant ?? "", "1", "client.stdout");
  return { trial, said: terminal.err.text(), stdout: await readFile(raw, "utf8") };
}

test("a module is built for the guests, brought, and loaded while a trial runs", async () => {
  const { trial, said, stdout } = await run("counted");
  expect(said).toContain("building count on this machine");
  // three answers, each counted by the macro
  expect(Number(stdout.trim().split("\n").at(-1))).toBe(30);
  expect(trial?.verdict.reasons.map(({ rule }) => rule)).not.toContain("kernel.fault");
}, 300_000);

test("it is not built again, and what the kernel complains about makes the trial invalid", async () => {
  const { trial, said } = await run("complained", "--complain");
  expect(said).not.toContain("building count");
  expect(trial?.verdict).toMatchObject({
    state: "invalid",
    reasons: expect.arrayContaining([
      {
        ...{ state: "invalid", rule: "kernel.fault" },
        text: expect.stringMatching(
          /the kernel of client said: WARNING: .*complain\+0x.*hoststack_count/,
        ),
      },
    ]),
  });
}, 300_000);
