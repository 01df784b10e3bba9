import { randomBytes } from "node:crypto";
import { isHoststackError } from "@hoststack/tools";
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

/** A session to be: the text for the login shell, and what waits for the shell it becomes. */
export interface Login {
  readonly text: string;
  /** Throws HOST_UNREACHABLE when no `sh` comes up; ROOT_REFUSED, TOOL_MISSING for sudo. */
  session(channel: Channel): Promise<Session>;
}

/** Prepares one login. */
export function newLogin(options: SessionOptions): Login {
  const token = randomBytes(12).toString("hex");
  return {
    text: loginText(token, options.root?.mode ?? "none"),
    session: (channel) => sessionOn(channel, token, options),
  };
}

/** Opens a session on a connection. Throws ChannelRefused, and as `Login.session` does. */
export async function openSession(carrier: Carrier, options: SessionOptions): Promise<Session> {
  const login = newLogin(options);
  return await login.session(await carrier.openChannel(login.text));
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
