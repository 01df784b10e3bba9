// @ts-check
import { expect, test } from "vitest";
import { chainToNpm } from "./parent.mjs";

const processes = new Map([
  [40, { parent: 30, name: "node" }],
  [30, { parent: 20, name: "sh" }],
  [20, { parent: 10, name: "npm run quicksta" }],
  [10, { parent: 1, name: "bash" }],
]);

test("the chain leads over npm's shell to npm and no further", () => {
  expect(chainToNpm(40, (pid) => processes.get(pid))).toEqual([30, 20]);
});

test("the chain changes when npm is killed and its shell gets a new parent", () => {
  const after = new Map(processes).set(30, { parent: 1, name: "sh" });
  expect(chainToNpm(40, (pid) => after.get(pid))).toEqual([30]);
});
