// @ts-check
import { statfsSync, statSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Space wanted below a directory.
 * @typedef {{ directory: string, mib: number }} SpaceWant
 * What a directory's file system has left.
 * @typedef {{ device: number, freeMib: number }} Space
 */

/**
 * The first file system that is too small for all that is wanted of it, or undefined.
 * @param {readonly SpaceWant[]} wants
 * @param {(directory: string) => Space} spaceAt
 * @returns {{ directory: string, wantedMib: number, freeMib: number } | undefined}
 */
export function diskShortage(wants, spaceAt) {
  /** @type {Map<number, { directory: string, wantedMib: number, freeMib: number }>} */
  const devices = new Map();
  for (const { directory, mib } of wants) {
    const { device, freeMib } = spaceAt(directory);
    const known = devices.get(device) ?? { directory, wantedMib: 0, freeMib };
    devices.set(device, { ...known, wantedMib: known.wantedMib + mib });
  }
  return [...devices.values()].find(({ wantedMib, freeMib }) => freeMib < wantedMib);
}

/**
 * Space of the file system a directory is on, or will be on once it is made.
 * @param {string} directory
 * @returns {Space}
 */
export function spaceAt(directory) {
  try {
    const { bavail, bsize } = statfsSync(directory);
    return { device: statSync(directory).dev, freeMib: Math.floor((bavail * bsize) / 2 ** 20) };
  } catch (error) {
    if (dirname(directory) === directory) throw error;
    return spaceAt(dirname(directory));
  }
}
