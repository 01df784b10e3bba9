import { benches } from "./benches/index.js";
import type { Compared } from "./harness/compare.js";
import { writeDocument } from "./harness/document.js";
import { loadNow, machineLine } from "./harness/machine.js";
import { type Outcome, passed, rowsOf } from "./harness/report.js";
import { runBench } from "./harness/run-bench.js";

const say = (text: string) => process.stdout.write(`${text}\n`);

function chosen(ids: readonly string[]) {
  const unknown = ids.find((id) => !benches.some((bench) => bench.id === id));
  if (unknown === undefined)
    return ids.length === 0 ? benches : benches.filter(({ id }) => ids.includes(id));
  throw new Error(
    `there is no bench ${unknown}; there are ${benches.map(({ id }) => id).join(" ")}`,
  );
}

/** One comparison with its times, which are of this machine and moment and kept nowhere. */
function showTimes({ name, ratio, oursMs, peerMs }: Compared): void {
  const times = `${oursMs.toFixed(1)} ms beside ${peerMs.toFixed(1)} ms`;
  say(`  (${name}: ${ratio.median.toFixed(3)}x, ${times} here and now)`);
}

function show(outcome: Outcome): void {
  for (const row of rowsOf(outcome)) say(`  ${row.slice(1).filter(Boolean).join("  |  ")}`);
}

const usage = `npm run bench -- [id...]   all benches, or some, into docs/bench.md; status 1 when a bar is missed
npm run bench -- --help    this, and the benches`;

function showHelp(): void {
  say(usage);
  for (const { id, title } of benches) say(`  ${id.padEnd(4)} ${title}`);
}

async function main(ids: readonly string[]): Promise<number> {
  if (ids.includes("--help")) {
    showHelp();
    return 0;
  }
  const wanted = chosen(ids);
  say(machineLine());
  const outcomes: Outcome[] = [];
  for (const bench of wanted) {
    say(`${bench.id} ${bench.title} (load ${loadNow()})`);
    const outcome = await runBench(bench, showTimes);
    outcomes.push(outcome);
    show(outcome);
  }
  say(`written to ${await writeDocument(outcomes)}`);
  const missed = outcomes.filter((outcome) => !passed(outcome)).map(({ bench }) => bench.id);
  if (missed.length > 0) say(`above the bar: ${missed.join(" ")}`);
  return missed.length > 0 ? 1 : 0;
}

process.exitCode = await main(process.argv.slice(2));
