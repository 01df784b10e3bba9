import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";

/** Where images and packages are kept: `$XDG_CACHE_HOME/hoststack`, by default `~/.cache/hoststack`. */
export function defaultCacheDirectory(): string {
  const home = process.env["XDG_CACHE_HOME"] ?? "";
  // the XDG specification has relative paths ignored
  return join(isAbsolute(home) ? home : join(homedir(), ".cache"), "hoststack");
}
