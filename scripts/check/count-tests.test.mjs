// @ts-check
import { expect, test } from "vitest";
import { closingLine, countTests, passedLater } from "./count-tests.mjs";

/**
 * @param {string[]} states
 * @param {unknown[]} [errors]
 */
const moduleOf = (states, errors = []) => ({
  children: { allTests: () => states.map((state) => ({ result: () => ({ state }) })) },
  errors: () => errors,
});

test("tests are counted by how they ended", () => {
  const counts = countTests([moduleOf(["passed", "failed"]), moduleOf(["passed", "skipped"])], 0);
  expect(counts).toEqual({ passed: 2, failed: 1, skipped: 1 });
});

test("a file that cannot be loaded, a stray error and a test never run are failures", () => {
  const counts = countTests(
    [moduleOf([], [new Error("no such module")]), moduleOf(["pending"])],
    1,
  );
  expect(counts).toEqual({ passed: 0, failed: 3, skipped: 0 });
});

test("skipped tests are named only when there are some", () => {
  expect(closingLine({ passed: 3, failed: 0, skipped: 0 })).toBe("3 passed, 0 failed");
  expect(closingLine({ passed: 3, failed: 1, skipped: 2 })).toBe("3 passed, 1 failed, 2 skipped");
});

test("what passed at the second try only is named", () => {
  const tests = [true, false, undefined].map((flaky, index) => ({
    ...{ fullName: `test ${index}`, module: { relativeModuleId: "a.e2e.ts" } },
    diagnostic: () => (flaky === undefined ? undefined : { flaky }),
  }));
  expect(passedLater([{ children: { allTests: () => tests } }])).toEqual(["a.e2e.ts > test 0"]);
});
