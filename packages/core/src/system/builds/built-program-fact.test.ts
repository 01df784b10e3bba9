import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { buildKey, type ProgramBuild } from "./build.js";
import { builtProgramsFact, programOf } from "./built-program-fact.js";

const build: ProgramBuild = {
  name: "tools",
  source: { repository: "https://example.org/tools.git", commit: "a".repeat(40) },
  argv: ["make"],
  artefacts: ["bin/server"],
};
const other = { ...build, argv: ["make", "CUDA=1"] } as const;

test("a program is found by what it was built from, in its tree or where it was copied to", async () => {
  const state = await mkdtemp(join(tmpdir(), "hoststack-test-"));
  try {
    const built = join(state, "builds", buildKey(build), "tree", "bin", "server");
    const copied = join(state, "builds", buildKey(other), "artefacts", "server");
    for (const path of [built, copied, join(state, "builds", "half", "tree", "README")]) {
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, "");
    }
    const { argv, parser } = builtProgramsFact("bin/server");
    const [program, ...args] = argv;
    const env = { ...process.env, HOSTSTACK_STATE_DIRECTORY: state, XDG_STATE_HOME: state };
    const programs = parser.parse(execFileSync(program, args, { env, encoding: "utf8" }));
    expect(programOf(build, programs)).toBe(built);
    expect(programOf(other, programs)).toBe(copied);
    expect(programOf({ ...build, name: "renamed" }, programs)).toBeUndefined();
  } finally {
    await rm(state, { recursive: true });
  }
});
