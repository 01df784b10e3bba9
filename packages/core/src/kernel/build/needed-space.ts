import { hoststackError } from "../../errors/error.js";
import { type BuildPlace, runScript } from "./build-place.js";
import type { ConfigBase } from "./resolve-recipe.js";

const gib = 1024 ** 3;

/** Sources, objects and the packed kernel of a first build, with room to spare. */
const neededBytes: Readonly<Record<ConfigBase["kind"], number>> = {
  guest: 4 * gib,
  target: 10 * gib,
  // a distribution's configuration has thousands of modules with debugging information
  running: 25 * gib,
  file: 25 * gib,
};

const freeScript = `df -Pk -- "$1" | awk 'NR == 2 { print $4 }'`;

/** Throws CAPABILITY_MISSING unless the work directory has room for a first build. */
export async function needSpace(place: BuildPlace, { kind }: ConfigBase): Promise<void> {
  const freeBytes = Number(await runScript(place, freeScript, place.work)) * 1024;
  const needed = neededBytes[kind];
  if (freeBytes >= needed) return;
  const words = (bytes: number) => `${(bytes / gib).toFixed(1)} GiB`;
  const where = `${place.work} on ${place.host.name}`;
  const message = `a kernel build takes ${words(needed)} of disk in ${where}, ${words(freeBytes)} are free`;
  throw hoststackError("CAPABILITY_MISSING", message, {
    remedy:
      "free some disk space, or name a workDirectory that has it (XDG_CACHE_HOME there moves the usual one)",
    details: { host: place.host.name, directory: place.work, neededBytes: needed, freeBytes },
  });
}
