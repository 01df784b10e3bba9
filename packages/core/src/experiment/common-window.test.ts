import { expect, test } from "vitest";
import { CommonWindow } from "./common-window.js";

const told = (process: string) => ({
  process,
  window: { opens: { line: /begin/, delayMs: 0 }, closes: { line: /end/, delayMs: 0 }, source: "" },
});

const lines = (
  processes: readonly string[],
  ...said: readonly (readonly [process: string, text: string, atMs: number])[]
) => {
  const edges: string[] = [];
  const common = new CommonWindow(processes.map(told), (process) => edges.push(process));
  for (const one of said) common.line(...one);
  return { common, edges };
};

test("the window of several processes is the time all of them measured", () => {
  const { common, edges } = lines(
    ["a", "b"],
    ...([
      ["a", "begin", 100],
      ["b", "begin", 150],
      ["other", "end", 160],
      ["a", "end", 300],
      ["b", "end", 340],
    ] as const),
  );
  expect(common.interval()).toEqual({ fromMs: 150, toMs: 300 });
  expect([...common.each()]).toEqual([
    ["a", { fromMs: 100, toMs: 300 }],
    ["b", { fromMs: 150, toMs: 340 }],
  ]);
  expect(edges).toEqual(["a", "b", "a", "b"]);
});

test("there is none when they measured one after the other, or one never said that it did", () => {
  const apart = lines(
    ["a", "b"],
    ...([
      ["a", "begin", 1],
      ["a", "end", 2],
      ["b", "begin", 2],
      ["b", "end", 3],
    ] as const),
  ).common;
  expect(apart.interval()).toEqual({ unavailable: "at no time did all processes measure" });
  const silent = lines(["a", "b"], ["a", "begin", 1], ["a", "end", 2]).common;
  expect(silent.interval()).toEqual({ unavailable: "the tool never said that it began (b)" });
  expect([...silent.each().keys()]).toEqual(["a"]);
});

test("one process alone is not named", () => {
  const { common } = lines(["a"], ["a", "begin", 1]);
  expect(common.interval()).toEqual({ unavailable: "the tool never said that it ended" });
});
