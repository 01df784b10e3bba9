import { expect, test } from "vitest";
import type { Answer } from "../../plan/step.js";
import { flowHashStep } from "./flow-hash.js";
import { type RssStepOptions, rssStep } from "./rss.js";
import { spreadTable, tableArguments } from "./rss-table.js";

const said = (stdout: string): Answer => ({ stdout, stderr: "", exitCode: 0 });
const repeated = (queues: readonly number[], times: number) =>
  Array.from({ length: times }, () => queues).flat();

test.each([
  [repeated([0, 1, 2, 3], 4), 4, ["default"]],
  [repeated([0, 1], 8), 4, ["equal", "2"]],
  [repeated([2, 3], 8), 4, ["start", "2", "equal", "2"]],
  [[...repeated([0], 12), ...repeated([2], 4)], 4, ["weight", "12", "0", "4"]],
  [[...repeated([1], 3), ...repeated([2], 13)], 4, ["start", "1", "weight", "3", "13"]],
  [[3, 0, 1, 2], 4, undefined],
])("the table %j of %i queues is made again by %j", (table, rings, words) => {
  expect(tableArguments(table, rings)).toEqual(words);
});

test("weights are shares of the table", () => {
  expect(spreadTable({ weights: [1, 0, 2], start: 4 }, 8)).toEqual([4, 4, 6, 6, 6, 6, 6, 6]);
});

const reached = said("nics\n1: eth1: <UP> mtu 1500\n");
const table = (queues: readonly number[]) => `table ${repeated(queues, 4).join(" ")}\n`;
const decide = (options: Omit<RssStepOptions, "nic">, seen: string) =>
  rssStep({ nic: "eth1", ...options }).decide(
    said(seen),
    [reached, said("0\n"), said("rings 4\n")],
    { savedDirectory: "/saved" },
  );

test("flows go to fewer queues, and back to the driver's own table", () => {
  const decision = decide({ equal: 2 }, table([0, 1, 2, 3]));
  if (decision.state !== "needed") throw new Error(JSON.stringify(decision));
  expect(decision.wanted).toBe(`table ${repeated([0, 1], 8).join(" ")}\n`);
  expect(decision.actions[0]?.argv.slice(4)).toEqual(["eth1", "equal", "2"]);
  expect(decision.undo[0]?.argv.slice(4)).toEqual(["eth1", "default"]);
  expect(decide({ equal: 2 }, decision.wanted)).toEqual({ state: "satisfied" });
});

test.each([
  [{ equal: 8 }, table([0, 1, 2, 3]), /eth1 has 4 receive queues, not 8/],
  [{ equal: 2, start: 3 }, table([0, 1, 2, 3]), /4 receive queues, not 5/],
  [{ equal: 2 }, table([3, 0, 2, 1]), /could not make again/],
  [{ hashKey: "aa:bb" }, "key 01:02:03\n", /has 3 bytes, not 2/],
  [{ hashFunction: "xor" as const }, "", /no hash function of RSS/],
  [{ equal: 2 }, "unsupported Operation not supported\n", /has no RSS: Operation/],
])("refuses %j before anything is changed", (options, seen, reason) => {
  expect(decide(options, seen)).toMatchObject({
    state: "impossible",
    reason: expect.stringMatching(reason),
  });
});

test("more queues than there are wait for the step that makes them", () => {
  const asked = { equal: 8, after: "link:eth1:channels" };
  expect(decide(asked, table([0, 1, 2, 3]))).toMatchObject({ state: "unknownUntil" });
});

test("hash fields are set, and set back, by protocol", () => {
  const step = flowHashStep({ nic: "eth1", fields: { udp4: "nfds", tcp4: "sdfn" } });
  const seen = said("udp4 sd\ntcp4 sdfn\n");
  const decision = step.decide(seen, [reached, said("0\n")], { savedDirectory: "/saved" });
  if (decision.state !== "needed") throw new Error(JSON.stringify(decision));
  expect(decision.wanted).toBe("udp4 sdfn\ntcp4 sdfn\n");
  expect(decision.undo[0]?.argv.slice(4)).toEqual(["eth1", "udp4", "sd"]);
});
