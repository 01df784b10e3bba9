import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { run } from "./step-hosts.js";

const makefile = `greet: src/greet.c
	$(CC) -o $@ src/greet.c
`;
const source = `#include <stdio.h>
int main(void) { puts("hello"); return 0; }
`;

/** A repository with a program to build, as an upstream would have it; says its one commit. */
export async function sourceRepository(
  directory: string,
): Promise<{ readonly path: string; readonly commit: string }> {
  const path = join(directory, "upstream");
  await mkdir(join(path, "src"), { recursive: true });
  await writeFile(join(path, "Makefile"), makefile);
  await writeFile(join(path, "src", "greet.c"), source);
  const git = (...args: readonly string[]) =>
    run("git", ["-C", path, "-c", "user.name=A", "-c", "user.email=a@b", ...args]);
  await git("init", "-q");
  await git("add", ".");
  await git("commit", "-q", "-m", "one");
  return { path, commit: (await git("rev-parse", "HEAD")).stdout.trim() };
}
