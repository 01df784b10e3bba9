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

const sources = ["linux-6.0.3", "linux-6.0.3.tar.xz", "linux-6.0.3.tar.gz"];

/** A tree or an archive of Linux 6.0.3 below the same directory; undefined where there is none. */
export function linuxSources(): string | undefined {
  const directory = process.env[variable];
  if (directory === undefined) return undefined;
  return sources.map((name) => join(directory, name)).find((path) => existsSync(path));
}

/** Why tests with a kernel of its own are skipped. */
export const noLinux = `these tests need ${variable}: a directory with ${sources.join(" or ")} beside dcPIM`;
