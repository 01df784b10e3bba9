import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { z } from "zod";
import { recordedTerminal } from "../../src/cli/recorded-terminal.js";
import { runCli } from "../../src/cli/run-cli.js";
import {
  type AnyExperiment,
  type Build,
  builtFact,
  defineSetup,
  defineSystem,
} from "../../src/index.js";
import { type NamespaceServers, openNamespaceServers } from "../support/namespace-servers.js";
import { honest, pingLike } from "../support/ping-like.js";
import { sourceRepository } from "../support/source-repository.js";

const root = process.getuid?.() === 0;
let place: string;
let build: Build;
let servers: NamespaceServers;
beforeAll(async () => {
  // with the packages that are cached: the tests have a cache of their own
  if (root) servers = await openNamespaceServers({ forgetful: true });
  place = await mkdtemp(join(tmpdir(), "hoststack-test-"));
  const { path, commit } = await sourceRepository(place);
  build = {
    name: "greet",
    source: { repository: path, commit },
    edits: { "src/greet.c": [{ pattern: '"hello"', replacement: '"good day"' }] },
    argv: ["make"],
    artefacts: ["greet"],
    tools: [
      { program: "make", debianPackage: "make" },
      { program: "cc", debianPackage: "gcc" },
    ],
  };
});
afterAll(async () => {
  await servers?.[Symbol.asyncDispose]();
  await rm(place, { recursive: true, force: true });
});
beforeEach(() => {
  vi.stubEnv("XDG_CACHE_HOME", join(place, "cache"));
  vi.stubEnv("XDG_STATE_HOME", join(place, "state"));
});

/** One whose server is a program that was built. */
const greeting = (): AnyExperiment => ({
  ...pingLike((context) =>
    honest(context).map((spec) => {
      const { greet } = Reflect.get(context.client.facts, "greet") as Record<string, string>;
      if (spec.id === "server") return spec;
      const [, , text, address] = spec.argv;
      return {
        ...spec,
        argv: ["sh", "-c", `[ "$("$1")" = "good day" ] && ${text}`, address ?? "", greet ?? "none"],
      };
    }),
  ),
  facts: { greet: builtFact(build) },
});

const labOf = (one: Build) =>
  defineSystem({
    ...{ name: "lab", version: "1.0.0", summary: "a lab", suites: {} },
    experiments: { greeting: greeting() },
    setup: defineSetup({ options: z.strictObject({}), builds: () => [one] }),
    guest: () => {
      throw new Error("not of this test");
    },
  });

const call = async (...argv: string[]) => {
  const terminal = recordedTerminal();
  const code = await runCli(labOf(build), argv, terminal);
  return { code, out: terminal.out.text(), err: terminal.err.text() };
};
/** A busy machine makes a trial suspect (5), which is no matter here. */
const measured = [0, 5];
const run = (name: string, ...argv: string[]) =>
  call("run", "greeting", "--repeat", "1", "--out", join(place, name), ...argv);

test("a run in namespaces builds what is missing, and nothing again", async () => {
  const planned = await call("plan", "--testbed", "netns", "--detailed-exitcode");
  expect(planned).toMatchObject({ code: 10, out: expect.stringContaining("~ build greet") });
  const first = await run("first", "--testbed", "netns");
  expect(first.err).toContain("building greet on this machine");
  expect(measured).toContain(first.code);
  const builds = join(place, "cache", "hoststack", "builds");
  const [key = ""] = await readdir(builds);
  const made = (await stat(join(builds, key, "artefacts", "greet"))).mtimeMs;
  expect(await readdir(builds)).toEqual([key]);

  const again = await call("build", "--testbed", "netns", "--json");
  expect(again.err).not.toContain("building");
  expect(JSON.parse(again.out)).toMatchObject({ builds: [{ name: "greet" }] });
  expect((await stat(join(builds, key, "artefacts", "greet"))).mtimeMs).toBe(made);
  expect(await call("plan", "--testbed", "netns")).toMatchObject({
    code: 0,
    out: expect.stringContaining("= build greet: fine already"),
  });
});

test("what cannot be built says so in the compiler's words, and leaves nothing", async () => {
  const { source } = build;
  const edits = { "src/greet.c": [{ pattern: "puts(", replacement: "no_such_function;(" }] };
  const broken = labOf({ ...build, source, edits });
  const terminal = recordedTerminal();
  const argv = ["build", "--testbed", "netns"];
  expect(await runCli(broken, argv, terminal)).toBe(1);
  expect(terminal.err.text()).toMatch(/this machine could not build greet[\s\S]*no_such_function/);
  const gone = { ...source, commit: "0".repeat(40) };
  expect(await runCli(labOf({ ...build, source: gone }), argv, terminal)).toBe(1);
  expect(terminal.err.text()).toContain(`no commit ${"0".repeat(40)} there`);
  const left = await readdir(join(place, "cache", "hoststack", "builds"));
  expect(left.filter((name) => name.startsWith("."))).toEqual([]);
});

describe.skipIf(!root)("on hosts of a testbed file", () => {
  let where: readonly ["--testbed", string];
  beforeAll(async () => {
    const path = await servers.putTestbed();
    where = ["--testbed", path];
  });
  // hosts see the controller's files below /tmp: not what the namespaces' tests have built
  beforeEach(() => vi.stubEnv("XDG_CACHE_HOME", join(place, "of hosts")));
  const kept = () =>
    servers.inside("client", "sh", "-c", "ls /var/lib/hoststack/builds/*/ 2>/dev/null || :");

  test("each builds for itself, with what is seen of it, and restore takes it away", async () => {
    const refused = await run("refused", ...where);
    expect(refused).toMatchObject({ code: 3, err: expect.stringContaining("to build greet") });
    const done = await call("build", ...where, "--yes");
    expect(done.err).toContain("8 changes are made");
    expect(done.code).toBe(0);
    expect((await kept()).trim()).toBe("tree");
    expect(await call("build", ...where)).toMatchObject({
      code: 0,
      err: expect.stringMatching(/^nothing to do$/m),
    });
    expect(measured).toContain((await run("hosts", ...where)).code);
    expect((await call("restore", ...where, "--yes")).code).toBe(0);
    expect(await kept()).toBe("");
  });

  test("they get copies of what the controller has built", async () => {
    const controller = [...where, "--build-on", "controller"] as const;
    const planned = await call("plan", ...controller, "--detailed-exitcode");
    expect(planned.code).toBe(10);
    expect(planned.out).toContain("~ build greet on this machine, then copy it to the hosts");
    expect((await call("setup", ...controller, "--yes")).code).toBe(0);
    expect((await kept()).trim()).toBe("artefacts");
    expect((await call("plan", ...controller, "--detailed-exitcode")).code).toBe(0);
    expect(measured).toContain((await run("copies", ...where)).code);
    expect((await call("restore", ...where, "--yes")).code).toBe(0);
    expect(await kept()).toBe("");
  });
});
