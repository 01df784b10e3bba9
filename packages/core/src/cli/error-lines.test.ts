import { expect, test } from "vitest";
import { errorAdvice } from "../errors/advice.js";
import { errorCatalogue } from "../errors/catalogue.js";
import { hoststackError } from "../errors/error.js";
import { errorLines } from "./error-lines.js";

const wide = Number.POSITIVE_INFINITY;

test("an error says what, where and its own remedy", () => {
  const error = hoststackError("TOOL_MISSING", "node0 has no iperf3\nnode1 has no iperf3", {
    remedy: "apt-get install iperf3",
  });
  expect(errorLines(error, wide)).toEqual([
    "error: node0 has no iperf3 [TOOL_MISSING]",
    "  node1 has no iperf3",
    "  apt-get install iperf3",
  ]);
});

test("what is too long for the terminal is broken between words, what fits stays as it is", () => {
  const message = "stage build of the kernel failed on node0\na.c:3:1: error: no\n    3 |   x";
  const error = hoststackError("KERNEL_BUILD_FAILED", message, {
    remedy: "the whole log is /tmp/log on node0; mend it",
  });
  expect(errorLines(error, 40)).toEqual([
    "error: stage build of the kernel failed",
    "       on node0 [KERNEL_BUILD_FAILED]",
    "  a.c:3:1: error: no",
    "      3 |   x",
    "  the whole log is /tmp/log on node0;",
    "  mend it",
  ]);
});

test("one without a remedy gets that of its kind", () => {
  const [first, next] = errorLines(
    hoststackError("HOST_UNREACHABLE", "node0 does not answer"),
    wide,
  );
  expect([first, next]).toEqual([
    "error: node0 does not answer [HOST_UNREACHABLE]",
    `  ${errorAdvice.HOST_UNREACHABLE.next}`,
  ]);
});

test("an error that is not ours keeps its stack", () => {
  expect(errorLines(new TypeError("no"), wide).join("\n")).toMatch(
    /^unexpected error: TypeError: no\n/,
  );
});

test("every code has advice, and there is none for others", () => {
  expect(Object.keys(errorAdvice).sort()).toEqual(Object.keys(errorCatalogue).sort());
});
