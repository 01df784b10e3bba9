import { expect, test } from "vitest";
import { hostsProgress } from "./hosts-progress.js";
import type { ProgressDisplay } from "./progress.js";
import { recordedChannel } from "./recorded-terminal.js";

function told(live: boolean): string[] {
  const texts: string[] = [];
  const display = { progress: ({ text }) => texts.push(text) } as Pick<ProgressDisplay, "progress">;
  const progress = hostsProgress(display as ProgressDisplay, recordedChannel({ live }));
  for (const text of ["a: reboots", "b: reboots", "a: runs 6.1"]) progress({ kind: "boot", text });
  return texts;
}

test("the line that is drawn over has the last word of each host", () => {
  expect(told(true)).toEqual(["a: reboots", "a: reboots | b: reboots", "a: runs 6.1 | b: reboots"]);
});

test("where nobody watches each word is a line", () => {
  expect(told(false)).toEqual(["a: reboots", "b: reboots", "a: runs 6.1"]);
});
