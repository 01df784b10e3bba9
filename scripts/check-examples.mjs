// @ts-check
// Type-checks the examples in the READMEs of packages, as a program of a user would be.
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { exampleProblems, examplesOf } from "./check/examples.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));

const examples = readdirSync(join(root, "packages")).flatMap((name) => {
  const page = join(root, "packages", name, "README.md");
  return examplesOf(page, readFileSync(page, "utf8"));
});
for (const { page, line, text } of exampleProblems(root, examples)) {
  process.stderr.write(`${relative(root, page)}:${line}: ${text}\n`);
  process.exitCode = 1;
}
