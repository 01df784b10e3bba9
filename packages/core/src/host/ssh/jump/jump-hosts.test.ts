import { expect, test } from "vitest";
import { parseJumpHost, splitJumps } from "./jump-hosts.js";

test.each<[string, object]>([
  ["outer", { destination: "outer" }],
  ["me@outer", { destination: "outer", user: "me" }],
  ["me@outer:2200", { destination: "outer", user: "me", port: 2200 }],
  ["me@corp@outer", { destination: "outer", user: "me@corp" }],
  ["ssh://me@outer:2200/", { destination: "outer", user: "me", port: 2200 }],
  ["[fe80::1]:2200", { destination: "fe80::1", port: 2200 }],
  ["me@[fe80::1]", { destination: "fe80::1", user: "me" }],
  ["fe80::1", { destination: "fe80::1" }],
])("reads %s", (text, expected) => {
  expect(parseJumpHost(text)).toEqual(expected);
});

test.each(["", "@outer", "outer:", "outer:0", "outer:70000", "me@"])("refuses %j", (text) => {
  expect(() => parseJumpHost(text)).toThrow(expect.objectContaining({ code: "OPTIONS_INVALID" }));
});

test("takes a list apart", () => {
  expect(splitJumps("a@b:1, c")).toEqual(["a@b:1", "c"]);
});
