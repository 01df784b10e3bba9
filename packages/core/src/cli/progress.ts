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
  /** Takes how much the server's data NIC receives just now, in bit/s. */
  rate(bitPerS: number): void;
  /** Prints text that stays, e.g. about a trial that is finished. */
  line(text: string): void;
  /** Leaves the terminal to something else until that is done. */
  aside<T>(work: () => Promise<T>): Promise<T>;
}

/** A trial that goes on, as the live line tells it. */
interface LiveTrial {
  /** Its place, hosts and phase come first: a narrow terminal cuts what it is called. */
  readonly lead: string;
  readonly title: string;
  readonly variant: string;
  readonly phase: string;
  readonly endMs: number | undefined;
  readonly rate: string | undefined;
}

/** What the live line says of a trial: who, what phase, how fast, what it gave before, what is left. */
function trialState() {
  const figures = new Map<string, string>();
  let now: LiveTrial | undefined;
  return {
    take: (event: SeriesEvent): void => {
      if (event.kind === "trial.begin") {
        const { index, of, client, server, title, variant, leftS } = event;
        const endMs = leftS === undefined ? undefined : performance.now() + 1000 * leftS;
        const lead = `${index}/${of} ${client} > ${server}`;
        now = { lead, title, variant, phase: "running", endMs, rate: undefined };
      }
      if (event.kind === "trial.phase" && now !== undefined) {
        now = { ...now, phase: event.phase, rate: undefined };
      }
      if (event.kind !== "trial.end") return;
      now = undefined;
      if (event.figure === undefined) return;
      figures.set(event.variant, formatSi(event.figure.value, event.figure.unit));
    },
    rate: (bitPerS: number): void => {
      if (now !== undefined) now = { ...now, rate: formatSi(bitPerS, "bit/s") };
    },
    /** Something else than a trial goes on. */
    leave: (): void => {
      now = undefined;
    },
    /** Undefined where something else than a trial goes on. */
    text: (): string | undefined => {
      if (now === undefined) return undefined;
      const before = figures.get(now.variant);
      const figure = before === undefined ? "" : `, ${before} before`;
      return `${now.lead}, ${now.phase}: ${now.title}${figure}`;
    },
    fastness: () => now?.rate,
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
    rate: () => {},
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
    const times = { sinceMs, startMs, leftMs: trial.leftMs() };
    const state = { text: trial.text() ?? text, ...times, rate: trial.fastness() };
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
    rate: (bitPerS) => {
      trial.rate(bitPerS);
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
