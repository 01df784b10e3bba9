import { existsSync } from "node:fs";
import { join } from "node:path";

const variable = "HOSTSTACK_MIRRORS";
const names = ["google+neper/repo", "google/neper.git"];

/** Git directory of a copy of neper, below the directory that HOSTSTACK_MIRRORS names; undefined where none is named. */
export function neperMirror(): string | undefined {
  const directory = process.env[variable];
  if (directory === undefined) return undefined;
  const found = names.map((name) => join(directory, name)).find((path) => existsSync(path));
  if (found !== undefined) return found;
  throw new Error(`${directory} has no copy of neper: ${names.join(" or ")}`);
}

/** Why tests of upstream's programs are skipped. */
export const noMirror = `these tests need ${variable}: a directory with ${names.join(" or ")}`;
