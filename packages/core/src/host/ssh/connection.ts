import type { Client } from "ssh2";
import { hoststackError } from "../../errors/error.js";
import { connect, defaultConnectTimeoutMs, type SshOptions, whereOf } from "./connect.js";
import { type Control, startControl } from "./control.js";
import { ChannelRefused, openSession, type Session } from "./login.js";

/** One SSH connection: its control shell and its sessions, one of which waits ready for use. */
export interface Connection {
  readonly control: Control;
  readonly lost: boolean;
  /** A session for one command; throws ChannelRefused when the server grants no more of them. */
  take(): Promise<Session>;
  /** Ends the connection; groups that still run are ended by the control shell on the host. */
  close(): Promise<void>;
}

/** Connects and brings up the control shell. Throws as `connect` and `openSession` do. */
export async function openConnection(options: SshOptions): Promise<Connection> {
  const client = await connect(options);
  let lost = false;
  const closed = new Promise<void>((resolve) => {
    client.once("close", () => {
      lost = true;
      resolve();
    });
  });
  const timer = setTimeout(
    () => client.destroy(),
    options.connectTimeoutMs ?? defaultConnectTimeoutMs,
  );
  const where = whereOf(options);
  try {
    const first = await openSession(client, { where, becomeLeader: false });
    const control = await startControl(first);
    first.channel.once("close", () => client.end());
    const take = sessionSource(client, { where, becomeLeader: !first.leadsGroup });
    return {
      control,
      get lost() {
        return lost;
      },
      take,
      close: async () => {
        client.end();
        setTimeout(() => client.destroy(), 1000).unref();
        await closed;
      },
    };
  } catch (error) {
    client.destroy();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/** Keeps one session waiting ahead, so that a slow login shell is paid before a command asks. */
function sessionSource(
  client: Client,
  options: { where: string; becomeLeader: boolean },
): () => Promise<Session> {
  let spare: Promise<Session | undefined> | undefined;
  const open = () => openSession(client, options);
  const refill = () => {
    spare ??= open().then(
      (session) => session,
      // No room or no connection: whoever asks next meets the error itself.
      () => undefined,
    );
  };
  refill();
  return async () => {
    const waiting = spare;
    spare = undefined;
    const session = (await waiting) ?? undefined;
    if (session?.channel.writable) {
      refill();
      return session;
    }
    try {
      const fresh = await open();
      refill();
      return fresh;
    } catch (error) {
      if (error instanceof ChannelRefused) throw error;
      throw connectionGone(options.where, error);
    }
  };
}

/** HOST_UNREACHABLE for a connection that ended while it was needed. */
export function connectionGone(where: string, cause?: unknown): Error {
  return hoststackError("HOST_UNREACHABLE", `the connection to ${where} is gone`, {
    cause,
    remedy: "check that the machine is up, then run again",
  });
}
