import type { MeasuringWindow } from "@hoststack/tools";

/** An interval of the controller's monotonic clock. */
export interface Interval {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Finds a tool's measuring window in the lines it prints while it runs. */
export class WindowTracker {
  readonly #process: string;
  readonly #window: MeasuringWindow;
  readonly #onEdge: () => void;
  readonly #timers: NodeJS.Timeout[] = [];
  #fromMs: number | undefined;
  #toMs: number | undefined;

  /** `onEdge` is called as near as possible to both edges, for a snapshot there. */
  constructor(told: { process: string; window: MeasuringWindow }, onEdge: () => void) {
    this.#process = told.process;
    this.#window = told.window;
    this.#onEdge = onEdge;
  }

  /** Takes a line and the controller's time of its arrival. */
  line(process: string, text: string, atMs: number): void {
    if (process !== this.#process) return;
    if (this.#fromMs === undefined && "line" in this.#window.opens) this.#open(text, atMs);
    else if (this.#toMs === undefined) this.#close(text, atMs);
  }

  #open(text: string, atMs: number): void {
    const { opens, closes } = this.#window;
    if (!("line" in opens) || !opens.line.test(text)) return;
    this.#fromMs = atMs + opens.delayMs;
    this.#edgeAfter(opens.delayMs);
    if (!("afterMs" in closes)) return;
    this.#toMs = this.#fromMs + closes.afterMs;
    this.#edgeAfter(opens.delayMs + closes.afterMs);
  }

  #close(text: string, atMs: number): void {
    const { opens, closes } = this.#window;
    if (!("line" in closes) || !closes.line.test(text)) return;
    this.#toMs = atMs + closes.delayMs;
    if ("beforeCloseMs" in opens) this.#fromMs = this.#toMs - opens.beforeCloseMs;
    this.#edgeAfter(closes.delayMs);
  }

  /** The window, or why there is none. */
  interval(): Interval | { readonly unavailable: string } {
    if (this.#fromMs === undefined) return { unavailable: "the tool never said that it began" };
    if (this.#toMs === undefined) return { unavailable: "the tool never said that it ended" };
    if (this.#toMs <= this.#fromMs) return { unavailable: "the tool ended before it began" };
    return { fromMs: this.#fromMs, toMs: this.#toMs };
  }

  /** Forgets edges still to come. */
  stop(): void {
    for (const timer of this.#timers) clearTimeout(timer);
  }

  #edgeAfter(delayMs: number): void {
    if (delayMs <= 0) this.#onEdge();
    else this.#timers.push(setTimeout(this.#onEdge, delayMs));
  }
}
