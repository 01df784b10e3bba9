import type { CoreUse, CpuUse, TrialRecord } from "../../result/record.js";
import { html, type Markup } from "../markup.js";
import { place, valueAxis } from "./axis.js";
import { bottomAxis, chart, legend, plotLeft, plotRight } from "./frame.js";

const parts = ["user", "system", "softirq", "irq", "steal", "unaccounted"] as const;
type PartName = (typeof parts)[number];
type Shares = Readonly<Record<PartName, number>> & { readonly cpu: string };

/** With more CPUs than this, idle ones are left out. */
const mostCpus = 32;
const idleBelow = 0.01;
const rowHeight = 15;

/** Means over trials of what each CPU of a machine did inside the measuring window. */
function meanShares(uses: readonly CpuUse[]): Shares[] {
  const byCpu = new Map<string, CoreUse[]>();
  for (const core of uses.flatMap((use) => use.cores)) {
    byCpu.set(core.cpu, [...(byCpu.get(core.cpu) ?? []), core]);
  }
  return [...byCpu].map(([cpu, cores]) => {
    const mean = (part: PartName) =>
      cores.reduce((sum, core) => sum + core[part], 0) / cores.length;
    const shares = Object.fromEntries(parts.map((part) => [part, mean(part)]));
    return { ...(shares as Record<PartName, number>), cpu };
  });
}

const sum = (shares: Shares): number => parts.reduce((all, part) => all + shares[part], 0);
const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

function bar(shares: Shares, top: number): Markup {
  const at = place({ low: 0, high: 1, ticks: [], suffix: "" }, plotLeft, plotRight);
  let from = 0;
  const pieces = parts.map((part) => {
    const [x, end] = [at(from), at(from + shares[part])];
    from += shares[part];
    return html`<rect class="c-${part}" x="${x}" y="${top}" width="${Math.round((end - x) * 10) / 10}" height="${rowHeight - 4}"/>`;
  });
  const words = parts.map((part) => `${part} ${percent(shares[part])}`).join(", ");
  return html`<g><title>${shares.cpu}: ${words}</title>${pieces}<text class="tick" text-anchor="end" x="${plotLeft - 5}" y="${top + 9}">${shares.cpu}</text></g>
`;
}

function machineChart(uses: readonly CpuUse[], trials: number): Markup {
  const all = meanShares(uses);
  const shown = all.length > mostCpus ? all.filter((one) => sum(one) >= idleBelow) : all;
  const hosts = uses[0]?.hosts.join(" + ") ?? "";
  const bottom = 6 + shown.length * rowHeight;
  const axis = valueAxis([0, 1], { unit: "ratio", fromZero: true });
  const busy = uses.reduce((total, use) => total + use.busyCpus, 0) / uses.length;
  const name = "share of the measuring window (1 is all of it)";
  const left = all.length - shown.length;
  const rest = left === 0 ? "" : `${left} CPUs below 1 % are not shown. `;
  const drawing = html`${bottomAxis(axis, { left: plotLeft, top: 6, bottom, name })}${shown.map((one, index) => bar(one, 6 + index * rowHeight))}`;
  const text = {
    title: `CPU use by CPU, ${hosts}`,
    description: shown
      .map((one) => `${one.cpu} busy ${percent(sum(one) - one.unaccounted)}`)
      .join("; "),
    caption: html`Mean of ${uses.length} of ${trials} trials, valid ones with CPU times: ${busy.toFixed(2)} CPUs busy. ${rest}${legend(parts.map((part) => ({ look: `k-${part}`, text: part })))}`,
  };
  return chart(text, bottom + 36, drawing);
}

/** One chart per machine of what its CPUs did in valid trials; none where no record of it is. */
export function coreCharts(trials: readonly TrialRecord[]): Markup[] {
  const valid = trials.filter((trial) => trial.verdict.state === "valid");
  const uses = valid.flatMap(({ cpu }) => (Array.isArray(cpu) ? cpu : []));
  return [...new Set(uses.map((use) => use.machine))].flatMap((machine) => {
    const own = uses.filter((use) => use.machine === machine && use.cores.length > 0);
    return own.length === 0 ? [] : [machineChart(own, trials.length)];
  });
}
