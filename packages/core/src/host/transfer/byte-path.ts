import { join } from "node:path";

/**
 * A file name as the kernel keeps it: any bytes but NUL, one character (U+0000 to U+00FF) for each.
 * Names need not be UTF-8; strings of bytes still compare, split and serve as keys.
 */
export type BytePath = string;

/** The bytes of a text, e.g. of a path a caller gave. */
export function bytePath(text: string): BytePath {
  return Buffer.from(text).toString("latin1");
}

/** What system calls and streams take. */
export function pathBytes(path: BytePath): Buffer {
  return Buffer.from(path, "latin1");
}

/** For messages. */
export function shownPath(path: BytePath): string {
  return pathBytes(path).toString();
}

/** A path below a directory of this machine, for system calls. */
export function below(directory: string, path: BytePath): Buffer {
  return pathBytes(path === "." ? bytePath(directory) : join(bytePath(directory), path));
}
