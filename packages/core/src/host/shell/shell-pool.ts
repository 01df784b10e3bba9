import { hoststackError } from "../../errors/error.js";
import type { BatchCommand, BatchOptions, BatchResult } from "../batch.js";
import type { Transport } from "../transport.js";
import { checkBatch } from "./batch-text.js";
import { Shell } from "./shell.js";

/** Enough that a slow batch holds no other one up; few, since a server grants few sessions. */
const maxShells = 4;

/** The shells of a host, opened when they are needed and kept. */
export class ShellPool {
  readonly #host: { readonly name: string; readonly transport: Transport };
  readonly #idle: Shell[] = [];
  readonly #waiting = new Set<() => void>();
  #taken = 0;
  #closed = false;

  constructor(host: { readonly name: string; readonly transport: Transport }) {
    this.#host = host;
  }

  /** Runs commands one after the other as `Host.batch` says. */
  async batch(
    commands: readonly BatchCommand[],
    options: BatchOptions = {},
  ): Promise<readonly BatchResult[]> {
    checkBatch(commands);
    if (commands.length === 0) return [];
    const shell = await this.#take(options.signal);
    try {
      this.#checkGoesOn(options.signal);
      return await shell.run(commands, options);
    } catch (error) {
      if (this.#closed) throw this.#closedError(error);
      throw error;
    } finally {
      if (shell.usable) this.#idle.push(shell);
      this.#giveBack();
    }
  }

  /** Refuses further batches, also those that wait; the transport ends the shells. */
  close(): void {
    this.#closed = true;
    for (const wake of this.#waiting) wake();
  }

  async #take(signal: AbortSignal | undefined): Promise<Shell> {
    while (this.#taken >= maxShells && this.#goesOn(signal)) await this.#turn(signal);
    this.#taken++;
    try {
      this.#checkGoesOn(signal);
      const idle = this.#idle.splice(0).filter((shell) => shell.usable);
      this.#idle.push(...idle);
      return this.#idle.pop() ?? (await Shell.open(this.#host));
    } catch (error) {
      this.#giveBack();
      throw error;
    }
  }

  #giveBack(): void {
    this.#taken--;
    this.#wake();
  }

  /** Until a shell is free, or waiting has become pointless. */
  async #turn(signal: AbortSignal | undefined): Promise<void> {
    let wake = () => {};
    const turn = new Promise<void>((resolve) => {
      wake = resolve;
    });
    this.#waiting.add(wake);
    signal?.addEventListener("abort", wake);
    await turn;
    signal?.removeEventListener("abort", wake);
    this.#waiting.delete(wake);
  }

  #wake(): void {
    const [first] = this.#waiting;
    if (first === undefined) return;
    this.#waiting.delete(first);
    first();
  }

  #goesOn(signal: AbortSignal | undefined): boolean {
    return !this.#closed && signal?.aborted !== true;
  }

  #checkGoesOn(signal: AbortSignal | undefined): void {
    if (this.#closed) throw this.#closedError();
    if (this.#goesOn(signal)) return;
    throw hoststackError("INTERRUPTED", `stopped before the batch on ${this.#host.name} ran`);
  }

  #closedError(cause?: unknown): Error {
    return hoststackError("HOST_UNREACHABLE", `the host ${this.#host.name} has been closed`, {
      cause,
    });
  }
}
