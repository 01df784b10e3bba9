import { hoststackError } from "../errors/error.js";

/** Only the last program in a row of those that replace each other gets the variable. */
const preloadText = `LD_PRELOAD=$1\${LD_PRELOAD:+:$LD_PRELOAD}; export LD_PRELOAD; shift; exec "$@"`;

/**
 * The argv that starts a program with shared libraries loaded before all others, by absolute path on the
 * host. Throws OPTIONS_INVALID for a path the dynamic linker would take apart.
 */
export function preloadedArgv(
  argv: readonly string[],
  libraries: readonly string[],
): readonly string[] {
  if (libraries.length === 0) return argv;
  const wrong = libraries.find((path) => !/^\/[^\s:]+$/.test(path));
  if (wrong !== undefined) {
    throw hoststackError(
      "OPTIONS_INVALID",
      `a library to be preloaded needs an absolute path without spaces and colons: "${wrong}"`,
    );
  }
  return ["sh", "-c", preloadText, "sh", libraries.join(":"), ...argv];
}

/** The first of some libraries, by its real path, that a process's /proc/PID/maps does not show. */
export function unmappedLibrary(maps: string, realPaths: readonly string[]): string | undefined {
  const mapped = new Set(maps.split("\n").map((line) => line.slice(line.indexOf("/"))));
  return realPaths.find((path) => !mapped.has(path));
}
