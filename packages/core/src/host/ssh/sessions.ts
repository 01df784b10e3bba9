import { type Connection, connectionGone } from "./connection.js";
import { ChannelRefused, type Session } from "./login.js";

/** A session with the connection it is on. */
export interface Lease {
  readonly session: Session;
  readonly connection: Connection;
}

interface Member {
  readonly connection: Connection;
  /** Sessions handed out and not yet closed. */
  used: number;
  /** Most the server is known to grant; learnt from its first refusal. */
  limit: number;
}

/** Waiting this long for a session means long-running commands hold them all. */
const openAnotherAfterMs = 200;
/** Most connections to one server; far under its limit of unauthenticated ones. */
const maxConnections = 16;

/**
 * Hands out sessions. OpenSSH grants ten per connection (`MaxSessions`): further commands wait for one
 * to end, and when none does soon, another connection is opened, so that any number can run at once.
 */
export class Sessions {
  readonly #members: Member[] = [];
  readonly #waiting: (() => void)[] = [];
  readonly #where: string;
  readonly #connect: () => Promise<Connection>;
  #connecting: Promise<void> | undefined;
  #stopped = false;

  constructor(first: Connection, more: { where: string; connect: () => Promise<Connection> }) {
    this.#members.push({ connection: first, used: 0, limit: Number.POSITIVE_INFINITY });
    this.#where = more.where;
    this.#connect = more.connect;
  }

  /** Waits for a session. Throws HOST_UNREACHABLE when the connection is gone. */
  async take(): Promise<Lease> {
    for (;;) {
      if (this.#stopped || this.#members.every(({ connection }) => connection.lost)) {
        throw connectionGone(this.#where);
      }
      const member = this.#members.find(
        ({ connection, used, limit }) => used < limit && !connection.lost,
      );
      if (member === undefined) {
        await this.#turn();
        continue;
      }
      const lease = await this.#takeFrom(member);
      if (lease !== undefined) return lease;
    }
  }

  /** Hands out no more sessions; those who wait for one get HOST_UNREACHABLE. */
  stop(): void {
    this.#stopped = true;
    this.#wakeAll();
  }

  /** Ends every connection. */
  async close(): Promise<void> {
    this.stop();
    await this.#connecting;
    await Promise.all(this.#members.map(({ connection }) => connection.close()));
  }

  async #takeFrom(member: Member): Promise<Lease | undefined> {
    member.used++;
    try {
      const session = await member.connection.take();
      session.channel.once("close", () => {
        member.used--;
        this.#wakeAll();
      });
      return { session, connection: member.connection };
    } catch (error) {
      member.used--;
      if (!(error instanceof ChannelRefused)) throw error;
      // Others may be in the middle of opening: the limit is what is open besides this one.
      member.limit = Math.max(1, Math.min(member.limit, member.used));
      return undefined;
    }
  }

  /** Until a session ends or another connection is open. */
  async #turn(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.#waiting.push(resolve);
      timer = setTimeout(() => this.#grow(), openAnotherAfterMs);
    });
    clearTimeout(timer);
  }

  #grow(): void {
    if (this.#stopped || this.#members.length >= maxConnections) return;
    this.#connecting ??= this.#connect()
      .then(
        (connection) => {
          const limit = Number.POSITIVE_INFINITY;
          this.#members.push({ connection, used: 0, limit });
        },
        // Without another connection the commands wait for those that run.
        () => {},
      )
      .finally(() => {
        this.#connecting = undefined;
        this.#wakeAll();
      });
  }

  #wakeAll(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }
}
