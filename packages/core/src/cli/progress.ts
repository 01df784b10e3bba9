import { performance } from "node:perf_hooks";
import { formatSi } from "@hoststack/tools";
import type { SeriesEvent } from "../experiment/series-event.js";
import type { Progress } from "../testbed/testbed.js";
import { durationText, liveLine } from "./live-line.js";
import type { Channel } from "./terminal.js";
import { hang } from "./wrap.js";

/** Shows what goes on: one line that is drawn over on a terminal, plain lines elsewhere. */
export interface ProgressDisplay extends Disposable {
  readonly progress: Progress;
  /** Takes what happens in the run, for what the live line says of a trial. */
  event(event: SeriesEvent): void;
  /** Prints text that stays, e.g. about a trial that is finished. */
  line(text: string): void;
  /** Leaves the terminal to something else until that is done. */
  aside<T>(work: () => Promise<T>): Promise<T>;
}

/** What the live line says of a trial besides its title: who, what phase, what it gave before, what is left. */
function trialState() {
  const figures = new Map<string, string>();
  let now: { hosts: string; variant: string; phase: string; endMs: number | undefined } | undefined;
  return {
    take: (event: SeriesEvent): void => {
      if (event.kind === "trial.begin") {
        const { client, server, variant, leftS } = event;
        const endMs = leftS === undefined ? undefined : performance.now() + 1000 * leftS;
        now = { hosts: `${client} > ${server}`, variant, phase: "running", endMs };
      }
      if (event.kind === "trial.phase" && now !== undefined) now = { ...now, phase: event.phase };
      if (event.kind !== "trial.end") return;
      now = undefined;
      if (event.figure === undefined) return;
      figures.set(event.variant, formatSi(event.figure.value, event.figure.unit));
    },
    /** Something else than a trial goes on. */
    leave: (): void => {
      now = undefined;
    },
    text: (): string => {
      if (now === undefined) return "";
      const before = figures.get(now.variant);
      return `, ${now.hosts}, ${now.phase}${before === undefined ? "" : `, ${before} before`}`;
    },
    leftMs: () =>
      now?.endMs === undefined ? undefined : Math.max(0, now.endMs - performance.now()),
  };
}

function plainDisplay(channel: Channel): ProgressDisplay {
  const startMs = performance.now();
  const time = () => durationText(performance.now() - startMs);
  return {
    progress: ({ text }) => channel.line(`[${time()}] ${text}`),
    event: () => {},
    line: (text) => channel.line(`  ${text}`),
    aside: (work) => work(),
    [Symbol.dispose]: () => {},
  };
}

/** Makes the display of a run, or of anything else that takes its time. */
export function progressDisplay(channel: Channel): ProgressDisplay {
  if (!channel.live) return plainDisplay(channel);
  const trial = trialState();
  const startMs = performance.now();
  let text = "";
  let others = 0;
  let sinceMs = startMs;
  const clear = (): void => channel.raw("\r\x1b[2K");
  const draw = (): void => {
    if (text === "" || others > 0) return;
    const state = { text: `${text}${trial.text()}`, sinceMs, startMs, leftMs: trial.leftMs() };
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
      trial.leave();
      draw();
    },
    event: (event) => {
      trial.take(event);
      draw();
    },
    line: (result) => {
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
