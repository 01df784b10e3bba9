import type { Bench } from "./bench.js";
import { type Compared, compare } from "./compare.js";
import { loadNow } from "./machine.js";
import { takeRealTime } from "./real-time.js";
import type { Measured, Outcome } from "./report.js";

/** Sets a bench up, runs all of it and takes it down; tells of each comparison once it is done. */
export async function runBench(bench: Bench, done: (compared: Compared) => void): Promise<Outcome> {
  const before = loadNow();
  await using priority = bench.realTime === true ? await takeRealTime() : undefined;
  const realTime = priority !== undefined;
  await using open = await bench.open();
  const compared: Compared[] = [];
  for (const comparison of open.comparisons ?? []) {
    const one = await compare(comparison);
    compared.push(one);
    done(one);
  }
  const measured: Measured[] = [];
  for (const { name, unit, atMost, measure } of open.figures ?? []) {
    const value = await measure();
    measured.push({ name, unit, value, atMost, passed: value <= atMost });
  }
  const load = [before, loadNow()] as const;
  return { bench, realTime, compared, measured, skipped: open.skipped ?? [], load };
}
