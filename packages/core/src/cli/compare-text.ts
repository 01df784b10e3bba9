import { formatSi } from "@hoststack/tools";
import type { ComparedMetric, Comparison } from "../report/compare/compare-runs.js";
import { percentText } from "../report/figures.js";
import type { Channel, Style } from "./terminal.js";
import { hang } from "./wrap.js";

const looks: Readonly<Partial<Record<ComparedMetric["verdict"], Style>>> = {
  better: "green",
  worse: "red",
  "not comparable": "yellow",
};

const columns = ["metric", "A", "B", "change", "95 % interval", "n", "verdict"] as const;
type Cells = Readonly<Record<(typeof columns)[number], string>>;

function show(value: number | undefined, { unit }: ComparedMetric): string {
  return value === undefined || unit === undefined ? "-" : formatSi(value, unit);
}

/** Change in percent of A with its interval; in the unit of the metric where A is 0. */
function changeOf(one: ComparedMetric): Pick<Cells, "change" | "95 % interval"> {
  const { change, difference } = one;
  if (change !== undefined) {
    const interval = `${percentText(change.low)} to ${percentText(change.high)}`;
    return { change: percentText(change.mean), "95 % interval": interval };
  }
  if (difference === undefined) return { change: "-", "95 % interval": "-" };
  const interval = `${show(difference.low, one)} to ${show(difference.high, one)}`;
  return { change: show(difference.mean, one), "95 % interval": interval };
}

function cellsOf(one: ComparedMetric): Cells {
  const better = one.better === undefined ? "" : ` (${one.better} is better)`;
  return {
    metric: `${one.gate ? "*" : " "} ${one.metric}${better}`,
    A: show(one.a.mean, one),
    B: show(one.b.mean, one),
    ...changeOf(one),
    n: `${one.a.n}, ${one.b.n}`,
    verdict: one.regression ? `${one.verdict}, regression` : one.verdict,
  };
}

function rowLines(rows: readonly ComparedMetric[], channel: Channel): string[] {
  const cells = rows.map(cellsOf);
  const widths = columns.map((name) =>
    Math.max(name.length, ...cells.map((one) => one[name].length)),
  );
  const line = (one: Cells) =>
    columns
      .map((name, index) => one[name].padEnd(widths[index] ?? 0))
      .join("  ")
      .trimEnd();
  const fits = widths.reduce((sum, width) => sum + width + 2, -2) <= channel.columns;
  const head = channel.style(
    "bold",
    line(Object.fromEntries(columns.map((name) => [name, name])) as Cells),
  );
  const lines = rows.flatMap((row, index) => {
    const one = cells[index];
    if (one === undefined) return [];
    const text = (whole: string) => channel.style(looks[row.verdict] ?? "bold", whole);
    const why = row.why === undefined ? [] : hang("    ", row.why, channel.columns);
    if (fits)
      return [
        `${line({ ...one, verdict: "" }).padEnd(line(one).length - one.verdict.length)}${text(one.verdict)}`,
        ...why,
      ];
    const figures = `${one.A} -> ${one.B}, ${one.change} (${one["95 % interval"]}), n ${one.n}`;
    return [
      ...hang("", one.metric, channel.columns),
      ...hang("    ", figures, channel.columns),
      `    ${text(one.verdict)}`,
      ...why,
    ];
  });
  return fits ? [head, ...lines] : lines;
}

/** What decides the exit status, in a sentence. */
export function outcomeText({ outcome, metrics, threshold }: Comparison): string {
  const gates = metrics.filter(({ gate }) => gate);
  const limit = `worse by more than ${+(threshold * 100).toFixed(4)} %`;
  if (outcome === "regression") {
    const many = gates.filter(({ regression }) => regression).length;
    return `regression: ${many} of ${gates.length} metrics marked * ${many === 1 ? "is" : "are"} ${limit}`;
  }
  const open = gates.filter(({ verdict }) => verdict === "not comparable").length;
  if (open === gates.length) return "nothing could be compared";
  const none = `none of ${gates.length - open} metrics marked * is ${limit}`;
  return outcome === "passed" ? none : `${none}, but ${open} more could not be compared`;
}

/** Two runs beside each other, for a person. */
export function comparisonText(comparison: Comparison, channel: Channel): string {
  const titles = [...new Set(comparison.metrics.map(({ measurement }) => measurement))];
  const blocks = titles.flatMap((title) => [
    "",
    ...hang("", title, channel.columns),
    ...rowLines(
      comparison.metrics.filter(({ measurement }) => measurement === title),
      channel,
    ),
  ]);
  const differs = comparison.differs.flatMap(({ item, a, b }) =>
    hang("  ", `${item}: ${a} / ${b}`, channel.columns),
  );
  const leftOut = comparison.leftOut.flatMap(({ run, measurement, repetition, state, rules }) => {
    const text = `${measurement}, repetition ${repetition}: ${state}: ${rules.join(", ")}`;
    return hang(`  ${run}: `, text, channel.columns);
  });
  return [
    ...hang(
      "",
      `A is ${comparison.a}, B is ${comparison.b}; means of valid trials`,
      channel.columns,
    ),
    ...blocks,
    ...(leftOut.length === 0 ? [] : ["", "Not valid, and so in no mean:", ...leftOut]),
    ...(differs.length === 0 ? [] : ["", "What else differs (A / B):", ...differs]),
  ].join("\n");
}
