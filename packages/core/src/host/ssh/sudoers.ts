import { hoststackError } from "../../errors/error.js";

const accountName = /^[A-Za-z_][A-Za-z0-9_.-]*\$?$/;

/**
 * Lines for a host's sudoers (e.g. a file in /etc/sudoers.d) that let an account become root as
 * `become` needs it: without a password, and without a terminal. Throws OPTIONS_INVALID for a name
 * that no account can have.
 *
 * @example `sudoersFragment({ user: "alice" })`
 */
export function sudoersFragment({ user }: { readonly user: string }): string {
  if (!accountName.test(user)) {
    throw hoststackError("OPTIONS_INVALID", `user: "${user}" is not the name of an account`, {
      remedy: "give the name the account logs in with",
    });
  }
  return [
    `# Lets hoststack run commands as root for ${user}.`,
    "# The one command is a shell that reads from its input what to run, so this equals full root:",
    "# narrower arguments would look safer and would not be. Grant it on test machines only.",
    `Defaults:${user} !requiretty`,
    `${user} ALL=(root) NOPASSWD: /bin/sh, /usr/bin/sh`,
    "",
  ].join("\n");
}
