import { existsSync } from "node:fs";
import { join } from "node:path";

const variable = "HOSTSTACK_MIRRORS";
const names = ["Terabit-Ethernet+dcPIM/repo", "Terabit-Ethernet/dcPIM.git"];

/** Git directory of a copy of upstream, below the directory that HOSTSTACK_MIRRORS names; undefined where none is named. */
export function mirror(): string | undefined {
  const directory = process.env[variable];
  if (directory === undefined) return undefined;
  const found = names.map((name) => join(directory, name)).find((path) => existsSync(path));
  if (found !== undefined) return found;
  throw new Error(`${directory} has no copy of dcPIM: ${names.join(" or ")}`);
}

/** Why tests with upstream's sources are skipped. */
export const noMirror = `these tests need ${variable}: a directory with ${names.join(" or ")}`;
