import { execFileSync } from "node:child_process";
import { copyFile, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { ProgramBuild } from "@hoststack/core";
import { neperBuild } from "../../src/index.js";

const source = fileURLToPath(new URL("stand-in.c", import.meta.url));
const makefile = `${neperBuild.artefacts.join(" ")}: stand-in.c
	$(CC) -O2 -o $@ stand-in.c
`;

/** A build as neper's is, of a program that speaks neper's output: its sources are a repository of their own. */
export async function standInBuild(directory: string): Promise<ProgramBuild> {
  const path = join(directory, "upstream");
  await mkdir(path, { recursive: true });
  await copyFile(source, join(path, "stand-in.c"));
  await writeFile(join(path, "Makefile"), makefile);
  const git = (...args: readonly string[]) =>
    execFileSync("git", ["-C", path, "-c", "user.name=A", "-c", "user.email=a@b", ...args], {
      encoding: "utf8",
    });
  git("init", "-q");
  git("add", ".");
  git("commit", "-q", "-m", "one");
  const commit = git("rev-parse", "HEAD").trim();
  return {
    ...neperBuild,
    name: "neper-stand-in",
    source: { repository: path, commit },
    argv: ["make", "tcp_stream", "tcp_rr"],
    artefacts: ["tcp_stream", "tcp_rr"],
    leaves: ["tcp_*"],
  };
}
