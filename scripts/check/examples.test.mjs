// @ts-check
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { exampleProblems, examplesOf } from "./examples.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const page = join(root, "packages/tools/README.md");

test("examples are checked as programs, and what is wrong is told by the line of the page", () => {
  const markdown = [
    ...["# Page", "", "```sh", "npm test", "```", ""],
    ...["```ts", 'import { readFileSync } from "node:fs";', 'readFileSync("a").nothing;', "```"],
    ...["```ts", 'const text: string = "a";', "await Promise.resolve(text);", "```", ""],
  ].join("\n");
  const examples = examplesOf(page, markdown);
  expect(examples).toHaveLength(2);
  expect(exampleProblems(root, examples)).toEqual([
    { page, line: 9, text: expect.stringContaining("'nothing' does not exist") },
  ]);
});
