// @ts-check
// Writes the pages of docs/ that are made from the sources and what is built from them; with --check it only says which
// are out of date.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { evidenceOf, evidenceWords } from "@hoststack/core";
import { errorPage } from "./check/error-page.mjs";
import { evidencePage } from "./check/evidence-page.mjs";
import { builtSystems } from "./check/systems.mjs";

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

const evidence = Object.fromEntries(
  (await builtSystems(root)).map(({ name, experiments }) => [
    name,
    Object.entries(experiments).map(([experiment, definition]) => ({
      name: experiment,
      evidence: evidenceOf(definition).map(({ feature, level }) => ({
        feature,
        level: evidenceWords[level],
      })),
    })),
  ]),
);

const pages = [
  { name: "docs/errors.md", ...(await errorPage(root)) },
  { name: "docs/evidence.md", ...evidencePage(evidence) },
];

const problems = pages.flatMap((page) => page.problems);
for (const { name, text } of pages) {
  const path = join(root, name);
  if (read(path) === text) continue;
  if (check) problems.push(`${name} is out of date: node scripts/docs.mjs writes it`);
  else writeFileSync(path, text);
}
for (const problem of problems) process.stderr.write(`${problem}\n`);
process.exitCode = problems.length > 0 ? 1 : 0;
