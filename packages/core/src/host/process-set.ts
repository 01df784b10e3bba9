import { hoststackError } from "../errors/error.js";
import type { RunningProcess } from "./transport.js";

/** The processes a transport has started and must end before it is gone. */
export class ProcessSet {
  readonly #running = new Set<RunningProcess>();
  readonly #starting = new Set<Promise<unknown>>();
  readonly #where: string;
  #closed = false;

  constructor(where: string) {
    this.#where = where;
  }

  /** Starts a process as a member. Throws HOST_UNREACHABLE once the set is closed. */
  async add<P extends RunningProcess>(start: () => Promise<P>): Promise<P> {
    this.#checkOpen();
    const starting = start();
    this.#starting.add(starting);
    let process: P;
    try {
      process = await starting;
    } finally {
      this.#starting.delete(starting);
    }
    this.#running.add(process);
    void process.exit.then(() => this.#running.delete(process));
    if (this.#closed) {
      await process[Symbol.asyncDispose]();
      this.#checkOpen();
    }
    return process;
  }

  /** Kills every member, also those that are being started, and waits until they are gone. */
  async close(): Promise<void> {
    this.#closed = true;
    const kill = [...this.#running].map((process) => process[Symbol.asyncDispose]());
    await Promise.allSettled([...kill, ...this.#starting]);
    await Promise.all([...this.#running].map((process) => process[Symbol.asyncDispose]()));
  }

  #checkOpen(): void {
    if (!this.#closed) return;
    throw hoststackError("HOST_UNREACHABLE", `the transport to ${this.#where} has been closed`);
  }
}
