import { isHoststackError } from "@hoststack/tools/error";
import { hoststackError } from "../../errors/error.js";
import { type Carrier, ChannelRefused, type OpenCarrier } from "./carrier.js";
import { type Control, startControl } from "./control.js";
import { openSession, type SessionOptions } from "./login.js";
import { type SessionSource, sessionsAhead, sessionsInBatches } from "./session-source.js";

/** One SSH connection: its control shell and the sessions of its commands. */
export interface Connection {
  readonly control: Control;
  readonly sessions: SessionSource;
  readonly lost: boolean;
  /** Ends the connection; groups that still run are ended by the control shell on the host. */
  close(): Promise<void>;
}

/** What a connection is made of. */
export interface ConnectionPlan extends SessionOptions {
  readonly open: OpenCarrier;
  /** Longest time for the first shell. */
  readonly shellTimeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** Connects and brings up the control shell. Throws as the carrier and `openSession` do. */
export async function openConnection(plan: ConnectionPlan): Promise<Connection> {
  const carrier = await plan.open(plan.signal);
  const limit = limitStart(carrier, plan);
  try {
    const opening = openSession(carrier, plan);
    const ahead =
      givesOwnGroups(carrier) && mayGuess(plan) ? sessionsAhead(carrier, plan) : undefined;
    const first = await opening;
    const control = await startControl(first, plan.where);
    // Without it nothing on the host is under control any more.
    void first.channel.closed.then(() => carrier.end());
    const sessions = ahead ?? (first.ownGroup ? sessionsAhead : sessionsInBatches)(carrier, plan);
    return connectionOf(carrier, { control, sessions });
  } catch (error) {
    carrier.destroy();
    await carrier.closed;
    throw limit.reason() ?? named(error, plan.where);
  } finally {
    limit.stop();
  }
}

/** What a library says of a connection that ended under it is no error of ours. */
function named(error: unknown, where: string): unknown {
  const known = isHoststackError(error) || error instanceof ChannelRefused;
  return known ? error : connectionGone(where, error);
}

/** The first command's shell may come up beside the control shell: dropbear would be disturbed. */
function givesOwnGroups({ serverSoftware }: Carrier): boolean {
  return serverSoftware?.startsWith("OpenSSH") === true;
}

/** A password that is wrong must be tried once only. */
function mayGuess({ root }: ConnectionPlan): boolean {
  return root?.mode !== "password";
}

function connectionOf(
  carrier: Carrier,
  parts: { control: Control; sessions: SessionSource },
): Connection {
  let lost = false;
  void carrier.lost.then(() => {
    lost = true;
  });
  return {
    ...parts,
    get lost() {
      return lost;
    },
    close: async () => {
      carrier.end();
      setTimeout(() => carrier.destroy(), 1000).unref();
      await carrier.closed;
    },
  };
}

/** Ends the connection when the first shell takes too long or the caller gives up. */
function limitStart(carrier: Carrier, plan: ConnectionPlan) {
  let reason: Error | undefined;
  const end = (error: Error) => {
    reason = error;
    carrier.destroy();
  };
  const { where, signal, shellTimeoutMs: ms } = plan;
  const late = () =>
    end(
      hoststackError(
        "HOST_UNREACHABLE",
        `the login shell of ${where} did not start sh in ${ms} ms`,
        {
          remedy:
            "look at what the account's shell does when it starts; a slow machine is waited for longer by ConnectTimeout in ssh_config (connectTimeoutMs)",
        },
      ),
    );
  const abort = () => end(hoststackError("INTERRUPTED", `stopped while connecting to ${where}`));
  const timer = setTimeout(late, ms);
  signal?.addEventListener("abort", abort);
  if (signal?.aborted) abort();
  return {
    reason: () => reason,
    stop: () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
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
