// @ts-check
import { diskShortage } from "./disk.mjs";
import { diskNeedsMib } from "./needs.mjs";
import { exitCodes, Stop } from "./stop.mjs";

const oldestNode = /** @type {const} */ ([20, 19]);

/**
 * Stops with one sentence where set-up cannot succeed. Runs before anything is installed.
 * @param {import("./survey.mjs").Survey} survey
 */
export function preflight(survey) {
  const sentence = obstacle(survey);
  if (sentence !== undefined) throw new Stop(exitCodes.preflight, sentence);
}

/**
 * Why set-up cannot succeed and what to do about it, or undefined.
 * @param {import("./survey.mjs").Survey} survey
 * @returns {string | undefined}
 */
export function obstacle(survey) {
  return machineObstacle(survey) ?? packageObstacle(survey) ?? checkoutObstacle(survey);
}

/** @param {import("./survey.mjs").Survey} survey */
function machineObstacle({ platform, arch, nodeVersion }) {
  if (platform !== "linux") {
    return `This needs Linux, and this is ${platform}: run it on Debian 12, in a virtual machine if need be.`;
  }
  if (arch !== "x64") {
    return `The guests are x86-64 machines, and this is ${arch}: run it on an x86-64 computer.`;
  }
  const [major = 0, minor = 0] = nodeVersion.split(".").map(Number);
  if (major < oldestNode[0] || (major === oldestNode[0] && minor < oldestNode[1])) {
    return `This needs Node ${oldestNode.join(".")} or newer, and this is ${nodeVersion}: install a newer Node.`;
  }
  return undefined;
}

/** @param {import("./survey.mjs").Survey} survey */
function packageObstacle({ missing, hasApt, isRoot, hasSudo }) {
  const programs = missing.map(({ program }) => program).join(", ");
  const packages = packageNames(missing).join(" ");
  if (!hasApt) {
    const also = programs === "" ? "" : ` (which also has to have ${programs})`;
    return `There is no apt-get here, and the guests are made from Debian packages: run it on Debian 12 or a relative of it${also}.`;
  }
  if (missing.length > 0 && !isRoot && !hasSudo) {
    return `Missing: ${programs}; installing needs root, and there is no sudo here: have an administrator run "apt-get install --no-install-recommends ${packages}", then run this again.`;
  }
  return undefined;
}

/** @param {import("./survey.mjs").Survey} survey */
function checkoutObstacle({ root, cache, writable, npmPackages, missing, spaceAt }) {
  if (!writable) {
    return `This user cannot write to ${root}: clone it as this user, or give the directory to this user with chown.`;
  }
  const shortage = diskShortage(
    [
      { directory: root, mib: npmPackages > 0 ? diskNeedsMib.npm : 0 },
      { directory: "/usr", mib: missing.length > 0 ? diskNeedsMib.debian : 0 },
      { directory: cache, mib: diskNeedsMib.guests },
    ].filter(({ mib }) => mib > 0),
    spaceAt,
  );
  if (shortage === undefined) return undefined;
  const { directory, wantedMib, freeMib } = shortage;
  return `Too little disk space for ${directory}: ${freeMib} MiB are free, ${wantedMib} MiB are needed; free some, or for the cache set XDG_CACHE_HOME to a directory on a larger disk.`;
}

/**
 * The packages of some needs, each once.
 * @param {readonly import("./needs.mjs").Need[]} needs
 */
export function packageNames(needs) {
  return [...new Set(needs.map((need) => need.package))];
}
