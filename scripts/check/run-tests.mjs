// @ts-check
import { parseCLI, startVitest } from "vitest/node";
import { closingLine, countTests, passedLater } from "./count-tests.mjs";
import { leftOut, leftOutText } from "./test-groups.mjs";

/**
 * Runs vitest in this process and prints its counts as the last line.
 * @param {string} root
 * @param {readonly string[]} args filters and options of vitest
 * @returns {Promise<number>} exit code: failure also where not one test ran
 */
export async function runTests(root, args) {
  const { filter, options } = parseCLI(["vitest", "run", ...args]);
  const vitest = await startVitest("test", filter, { ...options, root, watch: false });
  const modules = vitest.state.getTestModules();
  const counts = countTests(modules, vitest.state.getUnhandledErrors().length);
  const later = passedLater(modules);
  await vitest.close();
  if (leftOut.length > 0) process.stdout.write(`\n${leftOutText}\n`);
  for (const name of later) process.stdout.write(`\npassed at the second try only: ${name}\n`);
  process.stdout.write(`\n${closingLine(counts)}\n`);
  return counts.failed > 0 || counts.passed === 0 ? 1 : 0;
}
