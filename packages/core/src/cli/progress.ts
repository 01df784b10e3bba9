import { performance } from "node:perf_hooks";
import type { Progress } from "../testbed/testbed.js";
import { durationText, liveLine, timeLeftMs } from "./live-line.js";
import type { Channel } from "./terminal.js";
import { hang } from "./wrap.js";

/** Shows what goes on: one line that is drawn over on a terminal, plain lines elsewhere. */
export interface ProgressDisplay extends Disposable {
  readonly progress: Progress;
  /** Prints text that stays, about a trial that is finished. */
  trialDone(text: string): void;
  /** Leaves the terminal to something else until that is done. */
  aside<T>(work: () => Promise<T>): Promise<T>;
}

/** Keeps the times of a run's trials, which begin with an event and end one by one. */
function trialClock(total: number) {
  let firstBeginMs: number | undefined;
  let [finished, lastEndMs] = [0, 0];
  return {
    begin: () => {
      firstBeginMs ??= performance.now();
    },
    end: () => {
      finished += 1;
      lastEndMs = performance.now();
    },
    leftMs: () =>
      firstBeginMs === undefined
        ? undefined
        : timeLeftMs({ total, finished, firstBeginMs, lastEndMs }, performance.now()),
  };
}

function plainDisplay(channel: Channel): ProgressDisplay {
  const startMs = performance.now();
  const time = () => durationText(performance.now() - startMs);
  return {
    progress: ({ text }) => channel.line(`[${time()}] ${text}`),
    trialDone: (text) => channel.line(`  ${text}`),
    aside: (work) => work(),
    [Symbol.dispose]: () => {},
  };
}

/** Makes the display of a run with some trials. */
export function progressDisplay(channel: Channel, trials: number): ProgressDisplay {
  if (!channel.live) return plainDisplay(channel);
  const clock = trialClock(trials);
  const startMs = performance.now();
  let text = "";
  let inTrial = false;
  let others = 0;
  let sinceMs = startMs;
  const clear = (): void => channel.raw("\r\x1b[2K");
  const draw = (): void => {
    if (text === "" || others > 0) return;
    const state = { text, sinceMs, startMs, leftMs: inTrial ? clock.leftMs() : undefined };
    const line = liveLine(state, performance.now(), channel.columns);
    channel.raw(`\r\x1b[2K${channel.style("dim", line)}`);
  };
  const timer = setInterval(draw, 1000);
  timer.unref();
  // a process that is ended at once leaves no half line either
  process.once("exit", clear);
  return {
    progress: (event) => {
      text = event.text;
      sinceMs = performance.now();
      inTrial = event.kind === "trial.begin";
      if (inTrial) clock.begin();
      draw();
    },
    trialDone: (result) => {
      clock.end();
      clear();
      for (const line of hang("  ", result, channel.columns)) channel.line(line);
      draw();
    },
    aside: async (work) => {
      others += 1;
      clear();
      try {
        return await work();
      } finally {
        others -= 1;
        draw();
      }
    },
    [Symbol.dispose]: () => {
      clearInterval(timer);
      process.off("exit", clear);
      text = "";
      clear();
    },
  };
}
