// @ts-check
import { spawnSync } from "node:child_process";

/**
 * How a process namespace is made here: as root, as a user, or not at all (inside many containers).
 * @typedef {"root" | "user" | "none"} NamespaceKind
 */

const namespaceFlags = {
  root: ["--pid", "--fork", "--kill-child"],
  user: ["--user", "--map-current-user", "--pid", "--fork", "--kill-child"],
};

/**
 * Finds out by trying which process namespaces may be made.
 * @returns {NamespaceKind}
 */
export function namespaceKind() {
  const kinds = /** @type {const} */ (["root", "user"]);
  const works = kinds.find(
    (kind) => spawnSync("unshare", [...namespaceFlags[kind], "true"]).status === 0,
  );
  return works ?? "none";
}

/**
 * Wraps argv so that the kernel ends the program, and in a process namespace all it started, when
 * the owner dies, however it dies.
 * @param {readonly string[]} argv
 * @param {{ owner: number, namespace: NamespaceKind }} options
 * @returns {string[]}
 */
export function ownedArgv(argv, { owner, namespace }) {
  // the owner may have died while the signal was being armed
  const check = '[ "$PPID" = "$0" ] || exit 143; exec "$@"';
  const armed = ["setpriv", "--pdeathsig", "KILL", "--", "sh", "-c", check, String(owner)];
  if (namespace === "none") return [...armed, ...argv];
  // a shell stays as the first process, for programs are not made to be one
  const first = ["sh", "-c", '"$@"; exit "$?"', "sh"];
  return [...armed, "unshare", ...namespaceFlags[namespace], "--", ...first, ...argv];
}
