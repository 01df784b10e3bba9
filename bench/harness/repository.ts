import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

function rootAbove(directory: string): string {
  if (existsSync(join(directory, "turbo.json"))) return directory;
  const parent = dirname(directory);
  if (parent === directory) throw new Error("the bench runs inside its repository only");
  return rootAbove(parent);
}

/** The repository's directory, also for code that was bundled to another place in it. */
export const repository = rootAbove(dirname(fileURLToPath(import.meta.url)));
/** The bundled program of the bench, see scripts/bench.mjs. */
export const programPath = (name: string): string =>
  fileURLToPath(new URL(`./programs/${name}.js`, import.meta.url));
