// @ts-check
import { accessSync, constants } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { missingDependencies } from "./dependencies.mjs";
import { spaceAt } from "./disk.mjs";
import { findProgram } from "./programs.mjs";

/**
 * What is known about this computer before anything is changed.
 * @typedef {object} Survey
 * @property {string} platform
 * @property {string} arch
 * @property {string} nodeVersion
 * @property {boolean} isRoot
 * @property {boolean} hasSudo
 * @property {boolean} hasApt
 * @property {boolean} writable the checkout can be written by this user
 * @property {string} root the checkout
 * @property {string} cache where guests are kept
 * @property {number} npmPackages npm packages to install
 * @property {readonly import("./needs.mjs").Need[]} missing programs to install
 * @property {(directory: string) => import("./disk.mjs").Space} spaceAt
 */

/**
 * Looks at this computer; changes nothing.
 * @param {{ root: string, needs: readonly import("./needs.mjs").Need[], env: NodeJS.ProcessEnv }} options
 * @returns {Survey}
 */
export function survey({ root, needs, env }) {
  const path = env.PATH ?? "";
  /** @param {string} program */
  const has = (program) => findProgram(program, path) !== undefined;
  const home = env.XDG_CACHE_HOME || join(env.HOME || homedir(), ".cache");
  return {
    platform: process.platform,
    arch: process.arch,
    nodeVersion: process.versions.node,
    isRoot: process.getuid?.() === 0,
    hasSudo: has("sudo"),
    hasApt: has("apt-get") && has("dpkg-deb"),
    writable: isWritable(root),
    root,
    cache: join(home, "hoststack"),
    npmPackages: missingDependencies(root),
    missing: needs.filter(({ program }) => !has(program)),
    spaceAt,
  };
}

/** @param {string} directory */
function isWritable(directory) {
  try {
    accessSync(directory, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
