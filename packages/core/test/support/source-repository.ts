import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { run } from "./step-hosts.js";

const makefile = `greet: src/greet.c
	$(CC) -o $@ src/greet.c
`;
const source = `#include <stdio.h>
int main(void) { puts("hello"); return 0; }
`;

const greeting: Readonly<Record<string, string>> = { Makefile: makefile, "src/greet.c": source };

/** A repository with files, those of a program to build unless told; as an upstream would have it. Says its one commit. */
export async function sourceRepository(
  directory: string,
  files = greeting,
): Promise<{ readonly path: string; readonly commit: string }> {
  const path = join(directory, "upstream");
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(path, name)), { recursive: true });
    await writeFile(join(path, name), text);
  }
  const git = (...args: readonly string[]) =>
    run("git", ["-C", path, "-c", "user.name=A", "-c", "user.email=a@b", ...args]);
  await git("init", "-q");
  await git("add", ".");
  await git("commit", "-q", "-m", "one");
  return { path, commit: (await git("rev-parse", "HEAD")).stdout.trim() };
}
