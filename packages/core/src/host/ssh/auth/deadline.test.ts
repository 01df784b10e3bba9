import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { startDeadline } from "./deadline.js";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test("stands still while it is paused, however often", () => {
  const late = vi.fn();
  const deadline = startDeadline(1000, late);
  vi.advanceTimersByTime(600);
  const first = deadline.pause();
  const second = deadline.pause();
  vi.advanceTimersByTime(5000);
  first();
  vi.advanceTimersByTime(5000);
  second();
  vi.advanceTimersByTime(399);
  expect(late).not.toHaveBeenCalled();
  vi.advanceTimersByTime(2);
  expect(late).toHaveBeenCalledOnce();
});

test("never fires once it is over, even from a pause that ends later", () => {
  const late = vi.fn();
  const deadline = startDeadline(1000, late);
  const resume = deadline.pause();
  deadline[Symbol.dispose]();
  resume();
  vi.advanceTimersByTime(5000);
  expect(late).not.toHaveBeenCalled();
});
