// @ts-check
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

/**
 * @typedef {import("@hoststack/core").System} System
 */

/**
 * Folders of all packages.
 * @param {string} root
 */
export function packageFolders(root) {
  return readdirSync(join(root, "packages"), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join(root, "packages", name))
    .sort();
}

/**
 * A system package is one with a `system.ts`; adding one needs no list.
 * @param {string} root
 */
const systemFolders = (root) =>
  packageFolders(root).filter((folder) => existsSync(join(folder, "src/system.ts")));

/**
 * @param {unknown} value
 * @returns {value is System}
 */
const isSystem = (value) =>
  typeof value === "object" && value !== null && "experiments" in value && "guest" in value;

/**
 * The systems the packages export, as they were built last.
 * @param {string} root
 * @returns {Promise<System[]>}
 */
export async function builtSystems(root) {
  const modules = await Promise.all(
    systemFolders(root).map((folder) => import(pathToFileURL(join(folder, "dist/index.js")).href)),
  );
  return modules.flatMap((exported) => Object.values(exported).filter(isSystem));
}
