// @ts-check

/**
 * @typedef {{ passed: number, failed: number, skipped: number }} Counts
 * The parts of a vitest test and test module that are read here.
 * @typedef {object} TestLike
 * @property {() => { state: string }} result
 * @typedef {object} TestModuleLike
 * @property {{ allTests(): Iterable<TestLike> }} children
 * @property {() => readonly unknown[]} errors of the file itself, as when it cannot be loaded
 *
 * @typedef {object} RetriedTestLike
 * @property {string} fullName
 * @property {{ relativeModuleId: string }} module
 * @property {() => { flaky: boolean } | undefined} diagnostic
 */

/**
 * Counts tests by how they ended. A file that fails as a whole counts as one failed test, and so
 * does an error outside every test.
 * @param {Iterable<TestModuleLike>} modules
 * @param {number} strayErrors
 * @returns {Counts}
 */
export function countTests(modules, strayErrors) {
  const counts = { passed: 0, failed: strayErrors, skipped: 0 };
  for (const module of modules) {
    if (module.errors().length > 0) counts.failed += 1;
    for (const test of module.children.allTests()) {
      const { state } = test.result();
      // a test still pending was never run: the runner broke off
      counts[state === "pending" ? "failed" : /** @type {keyof Counts} */ (state)] += 1;
    }
  }
  return counts;
}

/**
 * The line that closes a run.
 * @param {Counts} counts
 */
export function closingLine({ passed, failed, skipped }) {
  const line = `${passed} passed, ${failed} failed`;
  return skipped > 0 ? `${line}, ${skipped} skipped` : line;
}

/**
 * Names what failed first and then passed: each is a fault of the test or of what it tests.
 * @param {Iterable<{ children: { allTests(): Iterable<RetriedTestLike> } }>} modules
 * @returns {string[]}
 */
export function passedLater(modules) {
  return Array.from(modules).flatMap((module) =>
    Array.from(module.children.allTests())
      .filter((test) => test.diagnostic()?.flaky)
      .map((test) => `${test.module.relativeModuleId} > ${test.fullName}`),
  );
}
