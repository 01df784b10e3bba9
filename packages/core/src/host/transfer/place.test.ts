import { expect, test } from "vitest";
import { placeOf } from "./place.js";

test.each([
  ["/a/b", "/a/b", "/a/.b.hoststack-"],
  ["/a/b//", "/a/b", "/a/.b.hoststack-"],
  ["/b", "/b", "/.b.hoststack-"],
  ["b", "./b", "./.b.hoststack-"],
  ["-b", "./-b", "./.-b.hoststack-"],
  ["-a/b", "./-a/b", "./-a/.b.hoststack-"],
  ["a/b", "a/b", "a/.b.hoststack-"],
])("%s is put at %s by way of %s", (path, place, stem) => {
  expect(placeOf(path, "path")).toMatchObject({ path: place, stem });
});

test.each(["", "/", ".", "..", "a/..", "a/.", "a\0b"])("%j is no place", (path) => {
  expect(() => placeOf(path, "path")).toThrow(expect.objectContaining({ code: "OPTIONS_INVALID" }));
});

test("temporary names fit beside the longest names", () => {
  const { stem } = placeOf(`/a/${"é".repeat(127)}`, "path");
  expect(Buffer.byteLength(stem.slice("/a/".length)) + 12).toBeLessThanOrEqual(255);
});

test("long names that begin alike have temporary names of their own", () => {
  const stems = ["a", "b"].map((end) => placeOf(`/${"x".repeat(220)}${end}`, "path").stem);
  expect(new Set(stems).size).toBe(2);
});
