import { isHoststackError } from "@hoststack/tools/error";
import ssh2, { type Client } from "ssh2";
import { hoststackError } from "../../errors/error.js";
import { logIn } from "./auth/log-in.js";
import { pinKeys } from "./host-key.js";
import { preferTypes } from "./server-key-algorithms.js";

/** A server and an account there. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
  readonly user: string;
}

/** Where and as whom to log in. */
export interface SshOptions extends Endpoint {
  /** The private key itself, in OpenSSH or PEM form, without passphrase. */
  readonly privateKey: string;
  /** OpenSSH public key lines (`ssh-ed25519 AAAA...`); a server showing any other key is refused. */
  readonly hostKeys: readonly string[];
  /** Longest time for connection and login, and again for the first shell. @default 20_000 */
  readonly connectTimeoutMs?: number;
  /** Gives up connecting when it fires (INTERRUPTED); has no effect on an open transport. */
  readonly signal?: AbortSignal;
}

/** Default of `connectTimeoutMs`. */
export const defaultConnectTimeoutMs = 20_000;

/** A connection that answers nothing for a minute is gone. */
export const keepalive = { keepaliveInterval: 10_000, keepaliveCountMax: 6 };

/** How the server is called in messages. */
export function whereOf({ user, host, port }: Endpoint): string {
  return `${user}@${host}:${port}`;
}

/** Logs in with a pinned host key. Throws HOST_KEY_REJECTED, HOST_UNREACHABLE, INTERRUPTED. */
export async function connect(options: SshOptions): Promise<Client> {
  const where = whereOf(options);
  const pinned = pinKeys(options.hostKeys);
  checkPrivateKey(options.privateKey, where);
  const { signal = new AbortController().signal } = options;
  const config = {
    host: options.host,
    port: options.port,
    username: options.user,
    privateKey: options.privateKey,
    readyTimeout: options.connectTimeoutMs ?? defaultConnectTimeoutMs,
    ...keepalive,
    algorithms: { serverHostKey: preferTypes(pinned.types) },
  };
  const verify = (key: Buffer) => {
    if (!pinned.holds(key)) throw pinned.rejection(key, where);
  };
  try {
    return await logIn({ config, verify, signal });
  } catch (cause) {
    if (signal.aborted) throw stopped(where, cause);
    if (isHoststackError(cause)) throw cause;
    throw unreachable(options, cause instanceof Error ? cause : new Error(String(cause)));
  }
}

function checkPrivateKey(text: string, where: string): void {
  const cause = ssh2.utils.parseKey(text);
  if (!(cause instanceof Error)) return;
  throw hoststackError("OPTIONS_INVALID", `the private key for ${where} cannot be read`, { cause });
}

/** INTERRUPTED for a login that was given up. */
export function stopped(where: string, cause?: unknown): Error {
  return hoststackError("INTERRUPTED", `stopped while connecting to ${where}`, { cause });
}

/**
 * What OpenSSH and Dropbear do to whoever comes when too many others have not logged in yet, such as after a reboot for
 * which somebody waited; so does a machine that is going down.
 */
export const hungUp = {
  says: "it hung up before it let anybody log in",
  remedy:
    "try again in a moment: it may be starting, or let no more in for now (MaxStartups); if it stays so, see whether it bans this address",
} as const;

const causes: readonly { match: RegExp; says: string; remedy: string }[] = [
  {
    match: /authentication methods failed/,
    says: "it refused the login key",
    remedy: "put the public half of the key into the user's authorized_keys there",
  },
  {
    match: /ECONNREFUSED/,
    says: "nothing listens on that port",
    remedy: "start the SSH server there, or correct the port",
  },
  {
    match: /Timed out|ETIMEDOUT/,
    says: "it did not answer in time",
    remedy:
      "check that the machine is up and that no firewall drops the port; a slow one is waited for longer by ConnectTimeout in ssh_config",
  },
  {
    match: /lost before handshake|ECONNRESET|closed at once/,
    ...hungUp,
  },
  {
    match: /ENOTFOUND|EAI_AGAIN/,
    says: "its name is unknown",
    remedy: "correct the host name",
  },
];

/** HOST_UNREACHABLE for a login that failed, with what to do about it. */
export function unreachable(options: Endpoint & { said?: string }, cause: Error): Error {
  const found = causes.find(({ match }) => match.test(cause.message));
  // a program in between that has something to say is what ended
  const known = found?.says === hungUp.says && options.said ? undefined : found;
  const why = `${known?.says ?? cause.message}${options.said ?? ""}`;
  return hoststackError("HOST_UNREACHABLE", `cannot log in to ${whereOf(options)}: ${why}`, {
    cause,
    remedy: known?.remedy ?? "try the same login with ssh -v, which shows each step",
    details: { host: options.host, port: options.port, user: options.user },
  });
}
