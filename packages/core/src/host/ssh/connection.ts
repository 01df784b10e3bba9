import type { Client } from "ssh2";
import { hoststackError } from "../../errors/error.js";
import { connect, defaultConnectTimeoutMs, type SshOptions, whereOf } from "./connect.js";
import { type Control, startControl } from "./control.js";
import { openSession } from "./login.js";
import { type SessionSource, sessionsAhead, sessionsInBatches } from "./session-source.js";

/** One SSH connection: its control shell and the sessions of its commands. */
export interface Connection {
  readonly control: Control;
  readonly sessions: SessionSource;
  readonly lost: boolean;
  /** Ends the connection; groups that still run are ended by the control shell on the host. */
  close(): Promise<void>;
}

/** Connects and brings up the control shell. Throws as `connect` and `openSession` do. */
export async function openConnection(options: SshOptions): Promise<Connection> {
  const client = await connect(options);
  const lost = new Promise<void>((resolve) => client.once("close", resolve));
  const limit = limitStart(client, options);
  const where = whereOf(options);
  try {
    const first = await openSession(client, { where, becomeLeader: false });
    const control = await startControl(first, where);
    // Without it nothing on the host is under control any more.
    first.channel.once("close", () => client.end());
    // OpenSSH puts every session in a group of its own, dropbear does not.
    const sessions = first.leadsGroup
      ? sessionsAhead(client, { where, becomeLeader: false })
      : sessionsInBatches(client, { where, becomeLeader: true });
    return connectionOf(client, { control, lost, sessions });
  } catch (error) {
    client.destroy();
    throw limit.reason() ?? error;
  } finally {
    limit.stop();
  }
}

function connectionOf(
  client: Client,
  parts: { control: Control; lost: Promise<void>; sessions: SessionSource },
): Connection {
  let lost = false;
  void parts.lost.then(() => {
    lost = true;
  });
  return {
    control: parts.control,
    get lost() {
      return lost;
    },
    sessions: parts.sessions,
    close: async () => {
      client.end();
      setTimeout(() => client.destroy(), 1000).unref();
      await parts.lost;
    },
  };
}

/** Ends the connection when the first shell takes too long or the caller gives up. */
function limitStart(client: Client, options: SshOptions) {
  let reason: Error | undefined;
  const end = (error: Error) => {
    reason = error;
    client.destroy();
  };
  const where = whereOf(options);
  const ms = options.connectTimeoutMs ?? defaultConnectTimeoutMs;
  const late = () =>
    end(
      hoststackError(
        "HOST_UNREACHABLE",
        `the login shell of ${where} did not start sh in ${ms} ms`,
        {
          remedy: "look at what the account's shell does when it starts, or raise connectTimeoutMs",
        },
      ),
    );
  const abort = () => end(hoststackError("INTERRUPTED", `stopped while connecting to ${where}`));
  const timer = setTimeout(late, ms);
  options.signal?.addEventListener("abort", abort);
  if (options.signal?.aborted) abort();
  return {
    reason: () => reason,
    stop: () => {
      clearTimeout(timer);
      options.signal?.removeEventListener("abort", abort);
    },
  };
}

/** HOST_UNREACHABLE for a connection that ended while it was needed. */
export function connectionGone(where: string, cause?: unknown): Error {
  return hoststackError("HOST_UNREACHABLE", `the connection to ${where} is gone`, {
    cause,
    remedy: "check that the machine is up, then run again",
  });
}
