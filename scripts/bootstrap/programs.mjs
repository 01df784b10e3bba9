// @ts-check
import { accessSync, constants, statSync } from "node:fs";
import { join } from "node:path";

/** Where programs for administrators are; often not on the PATH of other users. */
const systemDirectories = ["/usr/local/sbin", "/usr/sbin", "/sbin"];

/**
 * PATH with the directories for administrators behind the user's own.
 * @param {string | undefined} path
 */
export function completePath(path) {
  const directories = (path ?? "").split(":").filter((directory) => directory !== "");
  return [...new Set([...directories, ...systemDirectories])].join(":");
}

/**
 * The file a program name stands for, or undefined.
 * @param {string} program
 * @param {string} path directories separated by colons
 */
export function findProgram(program, path) {
  return path
    .split(":")
    .map((directory) => join(directory, program))
    .find(isExecutableFile);
}

/** @param {string} file */
function isExecutableFile(file) {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
