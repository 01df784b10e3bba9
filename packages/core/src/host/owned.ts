/**
 * Wraps argv so that the kernel kills the program (SIGKILL) when this process dies, however it dies.
 * `setpriv --pdeathsig` arms the signal; the shell then checks that the owner was still there while
 * it was being armed, and becomes the program. Linux only; needs util-linux 2.33 or newer.
 */
export function diesWithOwner(argv: readonly [string, ...string[]]): [string, ...string[]] {
  const check = '[ "$PPID" = "$0" ] || exit 143; exec "$@"';
  return ["setpriv", "--pdeathsig", "KILL", "--", "sh", "-c", check, String(process.pid), ...argv];
}
