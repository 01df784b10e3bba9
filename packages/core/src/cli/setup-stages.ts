import type { Progress } from "../testbed/testbed.js";
import { type ProgressDisplay, progressDisplay } from "./progress.js";
import type { Channel } from "./terminal.js";

/** Progress of one thing after the other, with texts for people between them. */
export class Stages {
  readonly #channel: Channel;
  #shown: ProgressDisplay | undefined;

  constructor(channel: Channel) {
    this.#channel = channel;
  }

  /** Shows what goes on while something is done, and nothing of it on a terminal afterwards. */
  async show<T>(work: (progress: Progress) => Promise<T>): Promise<T> {
    using display = progressDisplay(this.#channel);
    this.#shown = display;
    try {
      return await work(display.progress);
    } finally {
      this.#shown = undefined;
    }
  }

  /** Prints text that stays, also while something is shown. */
  line(text: string): void {
    if (this.#shown === undefined) this.#channel.line(text);
    else this.#shown.line(text);
  }

  /** Leaves the terminal to something else until that is done. */
  async aside<T>(work: () => Promise<T>): Promise<T> {
    return this.#shown === undefined ? await work() : await this.#shown.aside(work);
  }
}
