// @ts-check
import { readFileSync } from "node:fs";

/**
 * The parts of package-lock.json, and of the copy npm leaves in node_modules, that are read here.
 * @typedef {{ version?: string, integrity?: string, link?: boolean, optional?: boolean,
 *   os?: string[], cpu?: string[], libc?: string[] }} LockEntry
 * @typedef {{ packages: Record<string, LockEntry> }} Lockfile
 */

/**
 * A lockfile, or undefined if there is none (npm writes the copy in node_modules last, so an
 * installation that was broken off has none either).
 * @param {string} file
 * @returns {Lockfile | undefined}
 */
export function readLockfile(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}

/**
 * Whether node_modules holds what the lockfile asks for. Contents are compared, not dates: a
 * checkout sets dates as it likes.
 * @param {Lockfile} wanted
 * @param {Lockfile | undefined} installed
 */
export function isInstalled(wanted, installed) {
  if (installed === undefined) return false;
  return dependencies(wanted).every(([key, entry]) => {
    const found = installed.packages[key];
    if (found === undefined) return entry.optional === true;
    return found.version === entry.version && found.integrity === entry.integrity;
  });
}

/**
 * How many packages npm installs on this kind of machine.
 * @param {Lockfile} lockfile
 * @param {{ platform: string, arch: string, libc: string }} machine
 */
export function packageCount(lockfile, machine) {
  return dependencies(lockfile).filter(
    ([, { os, cpu, libc }]) =>
      fits(os, machine.platform) && fits(cpu, machine.arch) && fits(libc, machine.libc),
  ).length;
}

/** @param {Lockfile} lockfile */
function dependencies(lockfile) {
  return Object.entries(lockfile.packages).filter(
    ([key, entry]) => key.includes("node_modules/") && entry.link !== true,
  );
}

/**
 * @param {string[] | undefined} allowed
 * @param {string} value
 */
function fits(allowed, value) {
  return allowed === undefined || allowed.includes(value);
}
