// @ts-check
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { packageFolders } from "./systems.mjs";

/**
 * @typedef {{ readonly exitCode: number, readonly meaning: string }} Entry
 * @typedef {{ readonly why: string, readonly next: string }} Advice
 * @typedef {{ readonly catalogue: Record<string, Entry>, readonly advice: Record<string, Advice> }} Errors
 * @typedef {{ readonly path: string, readonly text: string }} SourceFile
 */

const skipped = new Set(["node_modules", "dist", "fixtures", "errors"]);
const isTest = (/** @type {string} */ path) =>
  /\.(test|e2e|upstream)\.ts$|\/test\/support\/|\/testing\//.test(path);

/**
 * TypeScript files below a directory.
 * @param {string} directory
 * @returns {SourceFile[]}
 */
function typescriptFiles(directory) {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) return skipped.has(entry.name) ? [] : typescriptFiles(path);
    return path.endsWith(".ts") ? [{ path, text: readFileSync(path, "utf8") }] : [];
  });
}

/**
 * The catalogue and its advice, as the sources have them now; they import nothing at run time.
 * @param {string} root
 * @returns {Promise<Errors>}
 */
async function readErrors(root) {
  const contents = `
    export { errorCatalogue as catalogue } from "./catalogue.ts";
    export { errorAdvice as advice } from "./advice.ts";`;
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: join(root, "packages/core/src/errors") },
    ...{ bundle: true, write: false, format: "esm", platform: "node" },
  });
  const text = Buffer.from(outputFiles[0]?.contents ?? []).toString("base64");
  return await import(`data:text/javascript;base64,${text}`);
}

/**
 * Where a file belongs, for a reader: package and folder.
 * @param {string} path
 */
function placeOf(path) {
  const [, name = "", folder = ""] = /packages\/([^/]+)\/src\/(.*?)\/?[^/]+$/.exec(path) ?? [];
  const [layer] = folder.split("/");
  return layer === "" ? name : `${name}/${layer}`;
}

/** A code where it is only compared with is not raised there. */
const compared = /isHoststackError\(\s*\w+,\s*$|[=!]==\s*$/;

/**
 * Whether a text names a code other than to compare with it.
 * @param {string} text
 * @param {string} code
 */
function raises(text, code) {
  const word = `"${code}"`;
  for (let at = text.indexOf(word); at !== -1; at = text.indexOf(word, at + 1)) {
    if (!compared.test(text.slice(Math.max(0, at - 60), at))) return true;
  }
  return false;
}

/**
 * Where each code is raised and whether a test expects it.
 * @param {readonly string[]} codes
 * @param {readonly SourceFile[]} files
 */
export function usesOf(codes, files) {
  const [tests, sources] = [
    files.filter(({ path }) => isTest(path)),
    files.filter(({ path }) => !isTest(path)),
  ];
  return codes.map((code) => ({
    code,
    places: [
      ...new Set(sources.filter(({ text }) => raises(text, code)).map(({ path }) => placeOf(path))),
    ].sort(),
    tested: tests.some(({ text }) => new RegExp(`["[]${code}["\\]]`).test(text)),
  }));
}

/**
 * The page about errors, and what is wrong with the sources it was made from.
 * @param {string} root
 */
export async function errorPage(root) {
  const { catalogue, advice } = await readErrors(root);
  const uses = usesOf(Object.keys(catalogue).sort(), packageFolders(root).flatMap(typescriptFiles));
  const problems = uses.flatMap(({ code, places, tested }) => [
    ...(places.length > 0 ? [] : [`${code} is in the catalogue, but nothing raises it`]),
    ...(tested ? [] : [`no test expects ${code}`]),
  ]);
  const sections = uses.map(({ code, places }) => {
    const { exitCode, meaning } = catalogue[code] ?? { exitCode: 1, meaning: "" };
    const { why, next } = advice[code] ?? { why: "", next: "" };
    return [
      `## ${code}`,
      "",
      `- What: ${meaning}; exit status ${exitCode}.`,
      `- Where: ${places.map((place) => `\`${place}\``).join(", ")}.`,
      `- Why: ${why}.`,
      `- What next: ${next}.`,
    ].join("\n");
  });
  const head = [
    "# Errors",
    "",
    "Made by `node scripts/docs.mjs` from `packages/core/src/errors` and from the places that raise them.",
    "",
    "Every error has a code, a message that names what it is about, and a remedy: its own, or the one below. Programs find",
    "them as `error.code`, `error.message`, `error.remedy` and `error.details`; a command line prints them to standard error.",
  ].join("\n");
  return { text: `${[head, ...sections].join("\n\n")}\n`, problems };
}
