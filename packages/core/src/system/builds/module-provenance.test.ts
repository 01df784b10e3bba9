import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type Build, buildKey, type KernelModuleBuild, type ProgramBuild } from "./build.js";
import { moduleProvenance } from "./module-provenance.js";

const source = { repository: "https://example.org/lab.git", commit: "a".repeat(40) };
const build: KernelModuleBuild = {
  ...{ name: "lab-module", source, module: { name: "lab", defines: { CPU: 3 } } },
};
const program: ProgramBuild = { name: "p", source, argv: ["make"], artefacts: ["p"] };

test("a module is told by its commit, kernel, identities and macros; programs are no modules", async () => {
  const directory = await mkdtemp(join(tmpdir(), "hoststack-test-"));
  try {
    const note = { name: "lab", release: "6.0.3-hs1", sha256: "d1", srcversion: "F8EA" };
    await writeFile(join(directory, "lab.json"), JSON.stringify(note));
    const directories = new Map<Build, string>([
      [build, directory],
      [program, "/nowhere"],
    ]);
    expect(await moduleProvenance(directories)).toEqual({
      [`module.lab.${buildKey(build)}`]: `commit ${source.commit}, for 6.0.3-hs1, srcversion F8EA, build id none, sha256 d1, CPU=3`,
    });
  } finally {
    await rm(directory, { recursive: true });
  }
});
