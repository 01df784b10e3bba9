import { afterAll, expect, test } from "vitest";
import { judgeClock } from "../../facts/clock-rate.js";
import type { Host } from "../../host/host.js";
import { openLocalTransport } from "../../host/local.js";
import { openHost } from "../../host/open-host.js";
import { clockError, measureClock } from "./clock-gate.js";

const local = openHost({ name: "guest", machine: { id: "one" }, transport: openLocalTransport() });
afterAll(() => local[Symbol.asyncDispose]());

/** A host whose clock is a program of this test. */
const withClock = (...argv: [string, ...string[]]): Host => ({
  ...local,
  name: "guest",
  start: () => local.start({ argv }),
});

test("a clock that ends instead of answering is CLOCK_UNSTEADY", async () => {
  await expect(measureClock(withClock("sh", "-c", "read question"))).rejects.toMatchObject({
    code: "CLOCK_UNSTEADY",
    message: "the clock of guest guest does not answer",
  });
});

test("a clock a tenth too fast is measured as that and refused", async () => {
  const fast = `require("readline").createInterface({ input: process.stdin }).on("line", () =>
    console.log("now at " + Math.round(1.1e6 * performance.now()) + " nsecs"));`;
  const measured = await measureClock(withClock(process.execPath, "-e", fast));
  expect(judgeClock(measured)).toBe("unsteady");
  const error = clockError("guest", measured);
  expect(error).toMatchObject({ code: "CLOCK_UNSTEADY", details: { guest: "guest" } });
  expect(error.message).toMatch(/runs at 1\.1\d* ± 0\.0\d+ of real time|runs at 1\.09\d* ±/);
});
