import { readFileSync } from "node:fs";
import { detectParser } from "@hoststack/tools";
import { expect, test } from "vitest";
import { neperOutputs } from "./outputs.js";

test.each([
  ["outputs/master-tcp_rr-default-client.stdout.txt", "neper"],
  ["outputs/suicide-2s.stdout.txt", "neper"],
  ["files/samples-rr.csv", "neper samples"],
  ["files/rtt.csv", "neper round trips"],
  ["files/rtt.txt", "neper round trips"],
  ["files/congestion-control-unknown.log", "neper log"],
  ["files/multi-neper.txt", "multi_neper.py"],
])("%s is told to be of %s, and of no generic tool", (name, tool) => {
  const text = readFileSync(new URL(`../fixtures/${name}`, import.meta.url), "utf8");
  const found = neperOutputs.filter(({ sign }) => sign.test(text));
  expect(found.map((one) => one.tool)).toEqual([tool]);
  expect(detectParser(text)).toBeUndefined();
});
