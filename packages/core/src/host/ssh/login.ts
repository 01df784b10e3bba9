import { randomBytes } from "node:crypto";
import { isHoststackError } from "@hoststack/tools/error";
import { hoststackError } from "../../errors/error.js";
import { passPassword, type RootAccess, rootRefused } from "./become.js";
import type { Carrier, Channel } from "./carrier.js";
import { loginText, markerPattern } from "./login-text.js";
import { readUntil } from "./read-until.js";

/** A channel whose login shell has become an `sh` that waits for its script. */
export interface Session {
  readonly channel: Channel;
  /** Process id of the waiting `sh`, and of the program it will become; it leads a group. */
  readonly pid: number;
  /** The server itself gives every session a group, as OpenSSH does. */
  readonly ownGroup: boolean;
}

/** Where sessions are opened, and as whom. */
export interface SessionOptions {
  readonly where: string;
  readonly root?: RootAccess | undefined;
}

/**
 * Opens a session on a connection. Throws ChannelRefused, HOST_UNREACHABLE when no `sh` comes up;
 * ROOT_REFUSED, TOOL_MISSING for sudo.
 */
export async function openSession(carrier: Carrier, options: SessionOptions): Promise<Session> {
  const token = randomBytes(12).toString("hex");
  const channel = await carrier.openChannel(loginText(token, options.root?.mode ?? "none"));
  return await sessionOn(channel, token, options);
}

async function sessionOn(
  channel: Channel,
  token: string,
  options: SessionOptions,
): Promise<Session> {
  const marker = markerPattern(token);
  const { root, where } = options;
  const streams = [
    readUntil(channel.stdout, marker),
    root?.mode === "password"
      ? passPassword(channel, { token, root, where })
      : readUntil(channel.stderr, marker),
  ] as const;
  try {
    const [[, pid, group]] = await Promise.all(streams);
    return { channel, pid: Number(pid), ownGroup: group === "own" };
  } catch (cause) {
    channel.destroy();
    const ends = await Promise.allSettled(streams);
    const errors = ends.flatMap((end) => (end.status === "rejected" ? [end.reason as Error] : []));
    throw errors.find((error) => isHoststackError(error)) ?? noShell(errors, cause, options);
  }
}

/** Says what the login shell, or sudo, printed instead. */
function noShell(errors: readonly Error[], cause: unknown, options: SessionOptions): Error {
  const words = errors
    .map(({ message }) => message)
    .filter((text) => text !== "")
    .join(" ");
  const refused = options.root === undefined ? undefined : rootRefused(words, options.where);
  if (refused !== undefined) return refused;
  const said = words === "" ? "" : `: ${words}`;
  return hoststackError(
    "HOST_UNREACHABLE",
    `the login shell of ${options.where} did not start sh${said}`,
    { cause, remedy: "log in with ssh and check that the account's shell runs commands" },
  );
}

/** Hands a waiting session its script. */
export function giveScript(session: Session, script: string): void {
  const body = Buffer.from(script);
  session.channel.stdin.write(Buffer.concat([Buffer.from(`${body.length}\n`), body]));
}
