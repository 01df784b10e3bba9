import { setTimeout as sleep } from "node:timers/promises";
import { hoststackError } from "../../errors/error.js";
import { type Carrier, ChannelRefused } from "./carrier.js";
import { openSession, type Session, type SessionOptions } from "./login.js";

/** Where the sessions of one connection come from. */
export interface SessionSource {
  /** A session can be had, perhaps after a short wait. */
  hasRoom(): boolean;
  /** A session, or undefined when there is no room after all. Throws as `openSession` does. */
  take(): Promise<Session | undefined>;
}

/** OpenSSH grants ten sessions: one is the control shell's, one waits ready. */
const sessionsPerConnection = 8;
/** A server may still be closing the last session; after this many refusals it grants none. */
const maxRefusals = 20;

/** Keeps one session waiting ahead, so that a slow login shell is paid before a command asks. */
export function sessionsAhead(carrier: Carrier, options: SessionOptions): SessionSource {
  let used = 0;
  let limit = sessionsPerConnection;
  let refusals = 0;
  let spare: Promise<Session | undefined> | undefined;
  const refill = () => {
    // No room or no connection: whoever asks next meets the error itself.
    spare ??= openSession(carrier, options).catch(() => undefined);
  };
  const next = async () => {
    const waiting = spare;
    spare = undefined;
    const session = await waiting;
    return session?.channel.stdin.writable ? session : openSession(carrier, options);
  };
  refill();
  return {
    hasRoom: () => used < limit,
    take: async () => {
      used++;
      try {
        const session = await next();
        void session.channel.closed.then(() => used--);
        refusals = 0;
        refill();
        return session;
      } catch (error) {
        used--;
        if (!(error instanceof ChannelRefused)) throw error;
        limit = Math.max(1, Math.min(limit, used));
        if (used === 0 && ++refusals > maxRefusals) throw noSessions(options.where);
        if (used === 0) await sleep(refusals);
        return undefined;
      }
    },
  };
}

function noSessions(where: string): Error {
  return hoststackError("HOST_UNREACHABLE", `${where} grants no session for commands`, {
    remedy: "raise MaxSessions in the server's sshd_config to 3 or more; 10 is its default",
  });
}

/** An emulated guest takes 0.1 s for each: whoever connects waits for few, later ones come in store. */
const firstBatch = 2;
const smallBatch = 4;
const largeBatch = 16;

/**
 * Opens sessions several at a time, and only while no command runs on the connection: dropbear before
 * 2025.87 closes every channel that has been opened but not yet got its command when any command ends,
 * and may then end the connection (https://github.com/mkj/dropbear/issues/321).
 */
export function sessionsInBatches(carrier: Carrier, options: SessionOptions): SessionSource {
  const ready: Session[] = [];
  let asking = 0;
  let used = 0;
  let filling: Promise<void> | undefined;
  const fill = async (least: number) => {
    // Lets all who ask at the same moment be counted.
    await Promise.resolve();
    const count = Math.min(Math.max(asking, least), largeBatch);
    const opening = Array.from({ length: count }, () => openSession(carrier, options));
    const opened = await Promise.allSettled(opening);
    for (const one of opened) if (one.status === "fulfilled") ready.push(one.value);
    const [first] = opened;
    if (ready.length === 0 && first?.status === "rejected") throw first.reason;
  };
  const startFill = (least: number) => {
    filling = fill(least).finally(() => {
      filling = undefined;
    });
    return filling;
  };
  startFill(firstBatch).catch(() => {});
  const usable = () => {
    let session = ready.pop();
    while (session !== undefined && !session.channel.stdin.writable) session = ready.pop();
    return session;
  };
  return {
    hasRoom: () => filling !== undefined || ready.length > 0 || used === 0,
    take: async () => {
      asking++;
      try {
        for (;;) {
          await filling;
          const session = usable();
          if (session !== undefined) {
            used++;
            void session.channel.closed.then(() => used--);
            return session;
          }
          if (used > 0) return undefined;
          if (filling === undefined) await startFill(smallBatch);
        }
      } finally {
        asking--;
      }
    },
  };
}
