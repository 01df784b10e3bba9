/** How a shell of ours becomes root: not at all, or with sudo asking for no password or for one. */
export type SudoMode = "none" | "noPassword" | "password";

/**
 * Says which process it is, on both streams: whatever was printed before is dropped. Then waits for a
 * script of a given length. `$0` tells whether the server gave the session a group of its own.
 */
function waitingShell(token: string): string {
  const marker = `echo "hoststack:$$:$0:${token}"`;
  return [`${marker} >&2`, marker, 'read -r n && eval "$(head -c "$n")"'].join("; ");
}

const ownGroup = 'read -r p c s q g r </proc/$$/stat; [ "$g" = $$ ]';

/** Becomes the leader of a group, unless it is one, and then the waiting shell (`$1`). */
const leader = `${ownGroup} || exec setsid sh -c "$1" "$0"; eval "$1"`;

/** Becomes root, unless it is root already, and then the leader (`$2`) with its shell (`$1`). */
function rootShell(sudo: string): string {
  return [
    `w=shared; ${ownGroup} && w=own`,
    '[ "$(id -u)" = 0 ] && exec sh -c "$2" "$w" "$1"',
    `exec ${sudo} -- /bin/sh -c "$2" "$w" "$1"`,
  ].join("; ");
}

/** What sudo prints when it waits for a password; nothing else that is printed looks like it. */
export function sudoPrompt(token: string): string {
  return `hoststack-sudo-${token}:`;
}

/**
 * The one command text a login shell ever sees: no quote, backslash, `!` or newline within the single
 * quotes, so that csh and fish read it as sh does.
 */
export function loginText(token: string, sudo: SudoMode): string {
  const shell = waitingShell(token);
  if (sudo === "none") {
    const text = `${ownGroup} || exec setsid sh -c "$1" shared; eval "$1"`;
    return `exec sh -c '${text}' own '${shell}'`;
  }
  const call = sudo === "noPassword" ? "sudo -n" : `sudo -S -p ${sudoPrompt(token)}`;
  return `exec sh -c '${rootShell(call)}' sh '${shell}' '${leader}'`;
}

/** Finds what the waiting shell of this token prints: its process id, and "own" or "shared". */
export function markerPattern(token: string): RegExp {
  return new RegExp(`hoststack:(\\d+):(own|shared):${token}\\n`);
}
