import { hoststackError } from "../../errors/error.js";
import type { Channel } from "./carrier.js";
import type { AskSecret } from "./config/target.js";
import { markerPattern, type SudoMode, sudoPrompt } from "./login-text.js";
import { readUntil } from "./read-until.js";

/** As whom commands run on a host. An account that is root already uses no sudo. */
export interface BecomeRoot {
  readonly user: "root";
  /** Asks for the account's sudo password, once. @default sudo must not need one */
  readonly ask?: AskSecret;
}

/** The way of one transport to root. */
export interface RootAccess {
  readonly mode: Exclude<SudoMode, "none">;
  /** Asks on the first call; the answer is kept in memory for the others. */
  password(where: string): Promise<string>;
}

/** Prepares becoming root on one host. */
export function rootAccess({ ask }: BecomeRoot): RootAccess {
  let answer: Promise<string> | undefined;
  return {
    mode: ask === undefined ? "noPassword" : "password",
    password: async (where) => {
      if (ask === undefined) throw new Error("nobody to ask");
      answer ??= ask({ text: `sudo password for ${where}:`, secret: true });
      return await answer;
    },
  };
}

/**
 * Waits for the marker on standard error and gives sudo the password when it asks, not before: a sudo
 * that does not ask would leave it for the shell to read. Throws ROOT_REFUSED at the second question.
 */
export async function passPassword(
  channel: Channel,
  at: { token: string; root: RootAccess; where: string },
): Promise<RegExpExecArray> {
  const prompt = sudoPrompt(at.token);
  const pattern = new RegExp(`${prompt}|${markerPattern(at.token).source}`);
  let found = await readUntil(channel.stderr, pattern);
  if (found[0] !== prompt) return found;
  const password = await at.root.password(at.where);
  if (/[\n\0]/.test(password)) throw wrongPassword(at.where);
  channel.stdin.write(`${password}\n`);
  found = await readUntil(channel.stderr, pattern);
  if (found[0] === prompt) throw wrongPassword(at.where);
  return found;
}

function wrongPassword(where: string): Error {
  return hoststackError("ROOT_REFUSED", `sudo on ${where} refused the password`, {
    remedy: "give the password of the account itself, not root's, unless sudoers says otherwise",
    details: { host: where },
  });
}

interface Refusal {
  readonly match: RegExp;
  readonly code: "ROOT_REFUSED" | "TOOL_MISSING";
  readonly says: (where: string) => string;
  readonly remedy: string;
}

const refusals: readonly Refusal[] = [
  {
    match: /sudo: (command )?not found|sudo: No such file/,
    code: "TOOL_MISSING",
    says: (where) => `"sudo" is not installed on ${where}`,
    remedy: "install the package sudo there, or log in as root",
  },
  {
    match: /must have a tty/,
    code: "ROOT_REFUSED",
    says: (where) => `sudo on ${where} wants a terminal (requiretty)`,
    remedy:
      "add the lines of sudoersFragment to its sudoers; they lift that for this account alone",
  },
  {
    match: /not in the sudoers file|is not allowed to (execute|run)|may not run sudo/,
    code: "ROOT_REFUSED",
    says: (where) => `sudo on ${where} lets this account run no shell as root`,
    remedy: "have its administrator add the lines of sudoersFragment to its sudoers",
  },
  {
    match: /incorrect password|no password was provided|Authentication failure/,
    code: "ROOT_REFUSED",
    says: (where) => `sudo on ${where} refused the password`,
    remedy: "give the password of the account itself, not root's, unless sudoers says otherwise",
  },
  {
    match: /password is required|terminal is required|askpass/,
    code: "ROOT_REFUSED",
    says: (where) => `sudo on ${where} wants a password`,
    remedy: "have it asked for, or add the lines of sudoersFragment to the host's sudoers",
  },
];

/** The error for what sudo said when it did not become root; undefined when it was not sudo. */
export function rootRefused(words: string, where: string): Error | undefined {
  const known = refusals.find(({ match }) => match.test(words));
  const details = { host: where, sudo: words };
  if (known !== undefined) {
    const { code, says, remedy } = known;
    return hoststackError(code, says(where), { remedy, details });
  }
  const said = /sudo: (.*)/.exec(words)?.[1];
  if (said === undefined) return undefined;
  return hoststackError("ROOT_REFUSED", `sudo on ${where} failed: ${said}`, {
    remedy: 'log in with ssh and try "sudo -n id" there',
    details,
  });
}
