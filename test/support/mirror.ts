import { existsSync } from "node:fs";
import { join } from "node:path";

const variable = "HOSTSTACK_MIRRORS";

/**
 * A mirror of a repository `OWNER/NAME` in the folder that HOSTSTACK_MIRRORS names: `OWNER+NAME/repo` or
 * `OWNER/NAME.git` there. Says on standard error why there is none, once for each file of tests that asks.
 */
export function mirrorOf(repository: string): string | undefined {
  const folder = process.env[variable];
  const places =
    folder === undefined
      ? []
      : [join(folder, repository.replace("/", "+"), "repo"), join(folder, `${repository}.git`)];
  const found = places.find((place) => existsSync(place));
  if (found === undefined) {
    const why =
      folder === undefined ? `${variable} names no folder of mirrors` : `${folder} has none`;
    process.stderr.write(`skipped: tests with ${repository}: ${why}\n`);
  }
  return found;
}
