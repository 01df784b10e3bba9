import { hoststackError } from "../../errors/error.js";
import { type Connection, connectionGone } from "./connection.js";
import type { Session } from "./login.js";

/** A session with the connection it is on. */
export interface Lease {
  readonly session: Session;
  readonly connection: Connection;
}

/** Waiting this long for a session means long-running commands hold them all. */
const openAnotherAfterMs = 200;
/** Most connections to one server; far under its limit of unauthenticated ones. */
const maxConnections = 16;

/**
 * Hands out sessions. A connection has room for few: further commands wait for one to end, and when
 * none does soon, another connection is opened, so that many can run side by side.
 */
export class Sessions {
  readonly #connections: Connection[];
  readonly #waiting: (() => void)[] = [];
  readonly #where: string;
  readonly #connect: () => Promise<Connection>;
  #connecting: Promise<void> | undefined;
  readonly #bootId: string;
  #strays = false;
  #stopped = false;

  constructor(first: Connection, more: { where: string; connect: () => Promise<Connection> }) {
    this.#connections = [first];
    this.#bootId = first.control.bootId;
    this.#where = more.where;
    this.#connect = more.connect;
  }

  /** Waits for a session. Throws HOST_UNREACHABLE when the connection is gone, INTERRUPTED. */
  async take(signal?: AbortSignal): Promise<Lease> {
    for (;;) {
      const alive = this.#connections.filter(({ lost }) => !lost);
      if (this.#stopped || alive.length === 0) throw connectionGone(this.#where);
      const connection = alive.find(({ sessions }) => sessions.hasRoom());
      const session = connection === undefined ? undefined : await this.#takeFrom(connection);
      if (connection !== undefined && session !== undefined) return { session, connection };
      if (connection === undefined) await this.#turn(signal);
    }
  }

  /** The control shell of each connection. */
  controlPids(): readonly number[] {
    return this.#connections.map(({ control }) => control.pid);
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
    await Promise.all(this.#connections.map((connection) => connection.close()));
  }

  async #takeFrom(connection: Connection): Promise<Session | undefined> {
    try {
      const session = await connection.sessions.take();
      void session?.channel.closed.then(() => this.#wakeAll());
      return session;
    } catch (error) {
      if (connection.lost) throw connectionGone(this.#where, error);
      throw error;
    }
  }

  /** Until a session ends or another connection is open. */
  async #turn(signal: AbortSignal | undefined): Promise<void> {
    let wake = () => {};
    const turn = new Promise<void>((resolve) => {
      wake = resolve;
    });
    this.#waiting.push(wake);
    const timer = setTimeout(() => this.#grow(), openAnotherAfterMs);
    signal?.addEventListener("abort", wake);
    if (signal?.aborted !== true) await turn;
    clearTimeout(timer);
    signal?.removeEventListener("abort", wake);
    if (signal?.aborted) {
      throw hoststackError("INTERRUPTED", `stopped while waiting for a session of ${this.#where}`);
    }
  }

  #grow(): void {
    if (this.#stopped || this.#strays || this.#connections.length >= maxConnections) return;
    this.#connecting ??= this.#connect()
      .then(
        (connection) => this.#join(connection),
        // Without another connection the commands wait for those that run.
        () => {},
      )
      .finally(() => {
        this.#connecting = undefined;
        this.#wakeAll();
      });
  }

  /** A name that stands for several machines may lead to another one: commands must not go there. */
  async #join(connection: Connection): Promise<void> {
    if (connection.control.bootId === this.#bootId) {
      this.#connections.push(connection);
      return;
    }
    this.#strays = true;
    await connection.close();
  }

  #wakeAll(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }
}
