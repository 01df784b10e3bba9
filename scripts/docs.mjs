// @ts-check
// Writes the pages of docs/ that are made from the sources; with --check it only says which are out of date.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { errorPage } from "./check/error-page.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const check = process.argv.includes("--check");

/** @param {string} path */
function read(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

const pages = [{ name: "docs/errors.md", ...(await errorPage(root)) }];

const problems = pages.flatMap((page) => page.problems);
for (const { name, text } of pages) {
  const path = join(root, name);
  if (read(path) === text) continue;
  if (check) problems.push(`${name} is out of date: node scripts/docs.mjs writes it`);
  else writeFileSync(path, text);
}
for (const problem of problems) process.stderr.write(`${problem}\n`);
process.exitCode = problems.length > 0 ? 1 : 0;
