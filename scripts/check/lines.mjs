// @ts-check
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";

const skipped = new Set(["node_modules", "dist", "coverage", "fixtures"]);
const sourceFile = /\.(ts|mts|cts|js|mjs|cjs|sh)$/;

/**
 * Source files with more lines than allowed.
 * @param {string} root
 * @param {number} limit
 * @returns {{ file: string, lines: number }[]}
 */
export function longFiles(root, limit) {
  return sourceFiles(root)
    .map((file) => ({ file: relative(root, file), lines: lineCount(file) }))
    .filter(({ lines }) => lines > limit);
}

/**
 * @param {string} directory
 * @returns {string[]}
 */
function sourceFiles(directory) {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) {
      return skipped.has(entry.name) || entry.name.startsWith(".") ? [] : sourceFiles(path);
    }
    return sourceFile.test(entry.name) ? [path] : [];
  });
}

/** @param {string} file */
function lineCount(file) {
  return readFileSync(file, "utf8").trimEnd().split("\n").length;
}
