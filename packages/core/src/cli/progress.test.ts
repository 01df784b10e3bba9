import { expect, test } from "vitest";
import { progressDisplay } from "./progress.js";
import { recordedChannel } from "./recorded-terminal.js";

const begin = (index: number) => ({ kind: "trial.begin", text: `${index}/2 a title` });

/** What a terminal shows in the end: text drawn over is gone. */
const shown = (text: string): string[] =>
  text.split("\n").map((line) => line.slice(line.lastIndexOf("\x1b[2K") + "\x1b[2K".length));

const which = { index: 1, of: 2, variant: "v", repetition: 1 };
const hosts = { title: "a title", client: "client", server: "server" };
const figure = { metric: "goodput", value: 4.2e9, unit: "bit/s" } as const;

test("a live line is drawn over and nothing of it stays", () => {
  const channel = recordedChannel({ live: true, columns: 120 });
  {
    using display = progressDisplay(channel);
    display.progress(begin(1));
    expect(channel.text()).toBe("\r\x1b[2K1/2 a title (0 s, 0 s in all)");
    display.line("first: 1 bit/s");
    display.progress(begin(2));
    display.progress({ kind: "run.interrupted", text: "stopping" });
    expect(channel.text()).toMatch(/stopping \(0 s, 0 s in all\)$/);
    display.line("second: 1 bit/s");
  }
  expect(shown(channel.text())).toEqual(["  first: 1 bit/s", "  second: 1 bit/s", ""]);
});

test("the live line tells hosts, phase, rate, what the variant gave before, and what is left", () => {
  const channel = recordedChannel({ live: true, columns: 120 });
  using display = progressDisplay(channel);
  const last = () => channel.text().slice(channel.text().lastIndexOf("\x1b[2K") + "\x1b[2K".length);
  display.progress(begin(1));
  display.event({ kind: "trial.begin", ...which, ...hosts });
  expect(last()).toBe("1/2 client > server, running: a title (0 s, 0 s in all)");
  display.event({ kind: "trial.phase", ...which, phase: "measuring" });
  display.rate(9.42e9);
  expect(last()).toBe("1/2 client > server, measuring: a title (9.42 Gbit/s, 0 s, 0 s in all)");
  display.event({ kind: "trial.phase", ...which, phase: "concluding" });
  expect(last()).toContain("concluding: a title (0 s");
  display.event({
    ...{ kind: "trial.end", ...which, title: "a title", figure },
    ...{ verdict: "valid", rules: [], durationS: 2 },
  } as const);
  expect(last()).toBe("1/2 a title (0 s, 0 s in all)");
  display.progress(begin(2));
  display.event({ kind: "trial.begin", ...which, ...hosts, leftS: 42 });
  expect(last()).toContain(
    "running: a title, 4.20 Gbit/s before (0 s, 0 s in all, about 42 s left)",
  );
  display.progress({ kind: "run.interrupted", text: "stopping" });
  expect(last()).toBe("stopping (0 s, 0 s in all)");
});

test("elsewhere there are plain lines without control characters", () => {
  const channel = recordedChannel({ columns: 80 });
  using display = progressDisplay(channel);
  display.progress(begin(1));
  display.line("first: 1 bit/s");
  expect(channel.text()).toBe("[0 s] 1/2 a title\n  first: 1 bit/s\n");
});

test("no listener of the process is left behind", () => {
  const before = process.listenerCount("exit");
  const display = progressDisplay(recordedChannel({ live: true, columns: 80 }));
  expect(process.listenerCount("exit")).toBe(before + 1);
  display[Symbol.dispose]();
  expect(process.listenerCount("exit")).toBe(before);
});
