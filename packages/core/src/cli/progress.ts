import { performance } from "node:perf_hooks";
import type { Progress } from "../testbed/testbed.js";
import type { Terminal } from "./terminal.js";

/** Shows what goes on: one line that is drawn over on a terminal, plain lines elsewhere. */
export interface ProgressDisplay extends Disposable {
  readonly progress: Progress;
  /** Prints a line that stays. */
  line(text: string): void;
}

const seconds = (sinceMs: number): string =>
  `${((performance.now() - sinceMs) / 1000).toFixed(0)} s`;

/** Makes the display for a terminal. */
export function progressDisplay(terminal: Terminal): ProgressDisplay {
  const startMs = performance.now();
  if (!terminal.live) {
    const line = (text: string) => terminal.err(text);
    const progress: Progress = ({ text }) => line(`[${seconds(startMs)}] ${text}`);
    return { progress, line, [Symbol.dispose]: () => {} };
  }
  let current = "";
  let sinceMs = startMs;
  const clear = () => process.stderr.write("\r\x1b[2K");
  const draw = () => {
    if (current === "") return;
    const text = `${current} (${seconds(sinceMs)}, ${seconds(startMs)} in all)`;
    clear();
    process.stderr.write(terminal.style("dim", text.slice(0, terminal.columns - 1)));
  };
  const timer = setInterval(draw, 1000);
  timer.unref();
  return {
    progress: ({ text }) => {
      current = text;
      sinceMs = performance.now();
      draw();
    },
    line: (text) => {
      clear();
      terminal.err(text);
      draw();
    },
    [Symbol.dispose]: () => {
      clearInterval(timer);
      current = "";
      clear();
    },
  };
}
