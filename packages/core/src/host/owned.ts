import { processToken } from "./process-token.js";

/**
 * Environment variable with the token of the process that started a program, which all that the program
 * starts inherit: so what outlives us is known to be ours. What outlives us on purpose drops it.
 */
export const ownerVariable = "HOSTSTACK_OWNER";

/** Ends the shell when the owner was gone before the kernel's signal was armed. */
const ownerCheck = '[ "$PPID" = "$0" ] || exit 143';

/** The argv under which the kernel kills a shell, and what it becomes, when this process dies. */
function owned(script: string, argv: readonly string[]): [string, ...string[]] {
  const mark = `export ${ownerVariable}=${processToken()}`;
  const text = `${ownerCheck}\n${mark}\n${script}`;
  return ["setpriv", "--pdeathsig", "KILL", "--", "sh", "-c", text, String(process.pid), ...argv];
}

/**
 * Wraps argv so that the kernel kills the program (SIGKILL) when this process dies, however it dies.
 * `setpriv --pdeathsig` arms the signal; the shell then checks that the owner was still there while
 * it was being armed, and becomes the program. Linux only; needs util-linux 2.33 or newer. Processes
 * the program starts are not covered, but marked by {@link ownerVariable}.
 */
export function diesWithOwner(argv: readonly [string, ...string[]]): [string, ...string[]] {
  return owned('exec "$@"', argv);
}

/** The same for shell text that itself becomes the program in `"$@"`. */
export function textDiesWithOwner(text: string, argv: readonly string[]): [string, ...string[]] {
  return owned(text, argv);
}
