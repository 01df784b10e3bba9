import { expect, test, vi } from "vitest";
import { WindowTracker } from "./window-tracker.js";

const told = (window: ConstructorParameters<typeof WindowTracker>[0]["window"]) => ({
  process: "client",
  window,
});

test("lines open and close a window, each with its delay", () => {
  const edges = vi.fn();
  const tracker = new WindowTracker(
    told({
      opens: { line: /^Starting/, delayMs: 0 },
      closes: { line: /^Test end/, delayMs: -50 },
      source: "",
    }),
    edges,
  );
  tracker.line("server", "Starting test", 1);
  tracker.line("client", "Starting test", 100);
  tracker.line("client", "Starting test", 150);
  tracker.line("client", "Test end", 1100);
  expect(tracker.interval()).toEqual({ fromMs: 100, toMs: 1050 });
  expect(edges).toHaveBeenCalledTimes(2);
});

test("a window of fixed length asks for snapshots at both of its edges", () => {
  vi.useFakeTimers();
  const edges = vi.fn();
  const tracker = new WindowTracker(
    told({ opens: { line: /bytes/, delayMs: 1000 }, closes: { afterMs: 2000 }, source: "" }),
    edges,
  );
  tracker.line("client", " #bytes", 500);
  vi.advanceTimersByTime(999);
  expect(edges).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(edges).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(2000);
  expect(edges).toHaveBeenCalledTimes(2);
  expect(tracker.interval()).toEqual({ fromMs: 1500, toMs: 3500 });
  vi.useRealTimers();
});

test("a tool that speaks only at its end tells the window backwards", () => {
  const tracker = new WindowTracker(
    told({ opens: { beforeCloseMs: 4000 }, closes: { line: /^\{/, delayMs: 0 }, source: "" }),
    () => {},
  );
  tracker.line("client", "{", 9000);
  expect(tracker.interval()).toEqual({ fromMs: 5000, toMs: 9000 });
});

test("a tool that says nothing has no window, and it is said why", () => {
  const window = {
    opens: { line: /a/, delayMs: 0 },
    closes: { line: /b/, delayMs: 0 },
    source: "",
  };
  const silent = new WindowTracker(told(window), () => {});
  expect(silent.interval()).toHaveProperty("unavailable");
  silent.line("client", "a", 5);
  expect(silent.interval()).toEqual({ unavailable: "the tool never said that it ended" });
});
