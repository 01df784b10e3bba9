import { expect, test } from "vitest";
import type { Answer } from "../plan/step.js";
import { congestionControlStep } from "./congestion-control.js";

const said = (stdout: string): Answer => ({ stdout, stderr: "", exitCode: 0 });
const decide = (algorithm: string, ...told: readonly string[]) =>
  congestionControlStep({ algorithm }).decide(
    said("cubic\n"),
    [said(told.map((line) => `${line}\n`).join(""))],
    { savedDirectory: "/saved" },
  );

test("the kernel loads the module, which stays", () => {
  expect(decide("bbr", "0", "reno cubic", "reno cubic", "first", "module")).toMatchObject({
    wanted: "bbr\n",
    irreversible: [
      "connections that are open keep what they have",
      "the module tcp_bbr stays loaded",
      "programs without privileges may choose bbr from then on",
    ],
  });
  expect(decide("cubic", "1000")).toEqual({ state: "satisfied" });
});

test.each<[readonly string[], RegExp]>([
  [["1000", "reno cubic", "reno cubic", "first", "module"], /only root/],
  [["0", "reno cubic", "reno cubic", "first", "none"], /has no congestion control bbr, only/],
  [["0", "reno bbr cubic", "reno cubic", "other", "none"], /only reno cubic be set, not bbr/],
  [["0", "reno bbr cubic", "reno bbr", "other", "none"], /only reno bbr be set, not cubic/],
])("refuses after %j", (told, reason) => {
  expect(decide("bbr", ...told)).toMatchObject({
    state: "impossible",
    reason: expect.stringMatching(reason),
  });
});
