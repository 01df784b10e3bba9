import { expect, test } from "vitest";
import { progressDisplay } from "./progress.js";
import { recordedChannel } from "./recorded-terminal.js";

const begin = (index: number) => ({ kind: "trial.begin", text: `${index}/2 a title` });

/** What a terminal shows in the end: text drawn over is gone. */
const shown = (text: string): string[] =>
  text.split("\n").map((line) => line.slice(line.lastIndexOf("\x1b[2K") + "\x1b[2K".length));

test("a live line is drawn over and nothing of it stays", () => {
  const channel = recordedChannel({ live: true, columns: 80 });
  {
    using display = progressDisplay(channel, 2);
    display.progress(begin(1));
    expect(channel.text()).toBe("\r\x1b[2K1/2 a title (0 s, 0 s in all)");
    display.trialDone("first: 1 bit/s");
    display.progress(begin(2));
    expect(channel.text()).toMatch(/2\/2 a title \(0 s, 0 s in all, about 0 s left\)$/);
    display.progress({ kind: "run.interrupted", text: "stopping" });
    expect(channel.text()).toMatch(/stopping \(0 s, 0 s in all\)$/);
    display.progress(begin(2));
    display.trialDone("second: 1 bit/s");
    expect(channel.text()).toMatch(/2\/2 a title \(0 s, 0 s in all\)$/);
  }
  expect(shown(channel.text())).toEqual(["  first: 1 bit/s", "  second: 1 bit/s", ""]);
});

test("elsewhere there are plain lines without control characters", () => {
  const channel = recordedChannel({ columns: 80 });
  using display = progressDisplay(channel, 2);
  display.progress(begin(1));
  display.trialDone("first: 1 bit/s");
  expect(channel.text()).toBe("[0 s] 1/2 a title\n  first: 1 bit/s\n");
});

test("no listener of the process is left behind", () => {
  const before = process.listenerCount("exit");
  const display = progressDisplay(recordedChannel({ live: true, columns: 80 }), 1);
  expect(process.listenerCount("exit")).toBe(before + 1);
  display[Symbol.dispose]();
  expect(process.listenerCount("exit")).toBe(before);
});
