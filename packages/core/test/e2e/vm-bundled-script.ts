import { rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const made = new Set<string>();
const source = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/**
 * Turns the text of a script, with `#core/...` for core's own sources, into a file node can run, for
 * tests that need a process of their own: one that is killed, or that belongs to another user.
 */
export async function bundledScript(name: string, text: string): Promise<string> {
  // beside the installed packages, so that node finds them from there
  const outfile = source(`../../../../node_modules/.hoststack-test-${name}.mjs`);
  made.add(outfile);
  await build({
    stdin: {
      contents: text.replaceAll("#core/", `${source("../../src/")}`),
      resolveDir: source("."),
      loader: "ts",
    },
    alias: {
      "@hoststack/tools/error": source("../../../tools/src/kernel/error.ts"),
      "@hoststack/tools": source("../../../tools/src/index.ts"),
    },
    bundle: true,
    conditions: ["@hoststack/source"],
    format: "esm",
    logLevel: "error",
    outfile,
    packages: "external",
    platform: "node",
    target: "node20",
  });
  return outfile;
}

/** Removes what {@link bundledScript} made for this file of tests; others may still run theirs. */
export async function removeBundledScripts(): Promise<void> {
  for (const path of made) await rm(path, { force: true });
}
