import { Client } from "ssh2";
import { hoststackError } from "../../errors/error.js";
import { pinKeys } from "./host-key.js";
import { preferTypes } from "./server-key-algorithms.js";

/** Where and as whom to log in. */
export interface SshOptions {
  readonly host: string;
  readonly port: number;
  readonly user: string;
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

/** How the server is called in messages. */
export function whereOf({ user, host, port }: SshOptions): string {
  return `${user}@${host}:${port}`;
}

/** Logs in with a pinned host key. Throws HOST_KEY_REJECTED, HOST_UNREACHABLE, INTERRUPTED. */
export function connect(options: SshOptions): Promise<Client> {
  const where = whereOf(options);
  const pinned = pinKeys(options.hostKeys);
  const client = new Client();
  let rejected: Error | undefined;
  return new Promise<Client>((resolve, reject) => {
    const abort = () =>
      settle(() => reject(hoststackError("INTERRUPTED", `stopped while connecting to ${where}`)));
    const fail = (error: Error) => settle(() => reject(rejected ?? unreachable(options, error)));
    const closed = () => fail(new Error("the server closed the connection"));
    const settle = (outcome: () => void) => {
      options.signal?.removeEventListener("abort", abort);
      client.removeListener("close", closed).removeListener("error", fail);
      // Errors after this moment show as the end of the connection.
      client.on("error", () => {});
      outcome();
    };
    const giveUp = (act: () => void) => () => {
      act();
      client.destroy();
    };
    client.once("ready", () => {
      // Nagle's algorithm with delayed acknowledgements costs 40 ms a command.
      client.setNoDelay(true);
      settle(() => resolve(client));
    });
    client.once("error", fail).once("close", closed);
    options.signal?.addEventListener("abort", giveUp(abort), { once: true });
    if (options.signal?.aborted) return giveUp(abort)();
    try {
      client.connect({
        host: options.host,
        port: options.port,
        username: options.user,
        privateKey: options.privateKey,
        readyTimeout: options.connectTimeoutMs ?? defaultConnectTimeoutMs,
        keepaliveInterval: 10_000,
        keepaliveCountMax: 6,
        algorithms: { serverHostKey: preferTypes(pinned.types) },
        hostVerifier: (key: Buffer) => {
          if (pinned.holds(key)) return true;
          rejected = pinned.rejection(key, where);
          return false;
        },
      });
    } catch (cause) {
      const message = `the private key for ${where} cannot be read`;
      settle(() => reject(hoststackError("OPTIONS_INVALID", message, { cause })));
    }
  });
}

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
    remedy: "check that the machine is up and that no firewall drops the port",
  },
  {
    match: /ENOTFOUND|EAI_AGAIN/,
    says: "its name is unknown",
    remedy: "correct the host name",
  },
];

function unreachable(options: SshOptions, cause: Error): Error {
  const known = causes.find(({ match }) => match.test(cause.message));
  const why = known?.says ?? cause.message;
  return hoststackError("HOST_UNREACHABLE", `cannot log in to ${whereOf(options)}: ${why}`, {
    cause,
    remedy: known?.remedy ?? "try the same login with ssh -v, which shows each step",
    details: { host: options.host, port: options.port, user: options.user },
  });
}
