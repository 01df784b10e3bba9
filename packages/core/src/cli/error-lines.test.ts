import { expect, test } from "vitest";
import { errorAdvice } from "../errors/advice.js";
import { errorCatalogue } from "../errors/catalogue.js";
import { hoststackError } from "../errors/error.js";
import { errorLines } from "./error-lines.js";

test("an error says what, where and its own remedy", () => {
  const error = hoststackError("TOOL_MISSING", "node0 has no iperf3\nnode1 has no iperf3", {
    remedy: "apt-get install iperf3",
  });
  expect(errorLines(error)).toEqual([
    "error: node0 has no iperf3 [TOOL_MISSING]",
    "  node1 has no iperf3",
    "  apt-get install iperf3",
  ]);
});

test("one without a remedy gets that of its kind", () => {
  const [first, next] = errorLines(hoststackError("HOST_UNREACHABLE", "node0 does not answer"));
  expect([first, next]).toEqual([
    "error: node0 does not answer [HOST_UNREACHABLE]",
    `  ${errorAdvice.HOST_UNREACHABLE.next}`,
  ]);
});

test("an error that is not ours keeps its stack", () => {
  expect(errorLines(new TypeError("no")).join("\n")).toMatch(/^unexpected error: TypeError: no\n/);
});

test("every code has advice, and there is none for others", () => {
  expect(Object.keys(errorAdvice).sort()).toEqual(Object.keys(errorCatalogue).sort());
});
