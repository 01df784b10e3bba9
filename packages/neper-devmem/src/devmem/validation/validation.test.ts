import { expect, test } from "vitest";
import { validationLogParser } from "./log.js";
import { devmemSamples, type ReceivedRun, validationVerdict } from "./verdict.js";

const line = (thread: number, byte: number, [expected, got]: readonly [number, number]) =>
  `W1120 15:14:00.428120  60  11947 tcpdevmem_cuda.cu:410] cuda_recv: Thread ${thread} - incorrect byte ${byte}, expected ${expected}, got ${got}\n`;

test("counts buffers that differ and keeps the first", () => {
  const other = "I1120 15:14:00.428009  58  11920 control_plane.c:364] opened control port\n";
  const text = `${other}${line(1, 4096, [101, 0])}${line(0, 7, [8, -3])}VERSION=1.1.0\n`;
  expect(validationLogParser.parse(text)).toEqual({
    mismatches: 2,
    first: { thread: 1, byte: 4096, expected: 101, actual: 0 },
  });
  expect(validationLogParser.parse(other)).toEqual({ mismatches: 0 });
});

const received: ReceivedRun = {
  options: { mode: "cuda", validate: true, bufferSizeBytes: 409_600, flows: 2 },
  completed: true,
  bitsPerS: 1e9,
  seconds: 10,
  log: { mismatches: 0 },
};
const first = { thread: 1, byte: 4096, expected: 101, actual: 0 };
const with_ = (options: Partial<ReceivedRun["options"]>) => ({
  options: { ...received.options, ...options },
});

test.each<[Partial<ReceivedRun>, string]>([
  [{}, "ok"],
  [
    { log: { mismatches: 1, first }, completed: false },
    "mismatch at byte 4096 of a buffer of thread 1: 0 instead of 101",
  ],
  [
    { log: { mismatches: 3, first } },
    "mismatch at byte 4096 of a buffer of thread 1: 0 instead of 101, and in 2 buffers more",
  ],
  [with_({ mode: "udmabuf" }), "not checked in this mode"],
  [with_({ mode: "default" }), "not checked in this mode"],
  [with_({ validate: false }), "not checked: validation was not asked for"],
  [{ log: undefined }, "not checked: there is no log of the receiver"],
  [{ completed: false }, "not checked: the receiver did not end as planned"],
  [{ bitsPerS: 0 }, "not checked: fewer bytes arrived than a buffer for each flow"],
  [{ bitsPerS: 500_000 }, "not checked: fewer bytes arrived than a buffer for each flow"],
])("judges %j", (change, text) => {
  expect(validationVerdict({ ...received, ...change }).text).toBe(text);
});

test("what was validated is no figure", () => {
  expect(devmemSamples({ validated: true, bitsPerS: 1e9 })).toEqual([]);
  expect(devmemSamples({ validated: false, bitsPerS: 1e9 })).toEqual([
    { metric: "goodput", value: 1e9, unit: "bit/s", better: "higher" },
  ]);
});
