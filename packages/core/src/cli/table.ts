import type { RunRecord } from "../result/record.js";
import { type Cells, cellsOf, columnNames } from "./table-cells.js";
import type { Channel } from "./terminal.js";
import { hang } from "./wrap.js";

const colours = { valid: "green", suspect: "yellow", invalid: "red" } as const;

/** Between two columns. */
const gap = "  ";

/** Lays out rows under a header; the columns to show are chosen by the caller. */
function grid(rows: readonly Cells[], columns: readonly (keyof Cells)[], channel: Channel) {
  const widths = columns.map((column) =>
    Math.max(column.length, ...rows.map((row) => row[column].length)),
  );
  const padded = (cells: readonly string[]): string[] =>
    cells.map((cell, index) =>
      index === cells.length - 1 ? cell : cell.padEnd(widths[index] ?? 0),
    );
  const line = (row: Cells): string =>
    padded(columns.map((column) => row[column]))
      .map((cell, index) =>
        columns[index] === "verdict"
          ? channel.style(colours[row.verdict as keyof typeof colours], cell)
          : cell,
      )
      .join(gap);
  return {
    width: widths.reduce((sum, width) => sum + width + gap.length, -gap.length),
    header: channel.style("bold", padded(columns).join(gap)),
    line,
  };
}

const cpuLine = (row: Cells, columns: number): string[] =>
  hang("    busy CPUs: ", row["busy CPUs"], columns);

/** Every figure behind its name, one measurement after the other: for very narrow terminals. */
function stacked(rows: readonly Cells[], channel: Channel): string[] {
  return rows.flatMap((row) => [
    ...hang("", row.measurement, channel.columns).map((line) => channel.style("bold", line)),
    ...columnNames
      .slice(1)
      .flatMap((column) => hang(`  ${column}: `, row[column], channel.columns)),
  ]);
}

/** Rows in the widest form that fits: one line, CPU use below, title above, one line per figure. */
function tableLines(rows: readonly Cells[], channel: Channel): string[] {
  const { columns } = channel;
  const whole = grid(rows, columnNames, channel);
  if (whole.width <= columns) return [whole.header, ...rows.map(whole.line)];
  const noCpu = grid(rows, columnNames.slice(0, -1), channel);
  if (noCpu.width <= columns) {
    return [noCpu.header, ...rows.flatMap((row) => [noCpu.line(row), ...cpuLine(row, columns)])];
  }
  const figures = grid(rows, columnNames.slice(1, -1), channel);
  if (figures.width + gap.length > columns) return stacked(rows, channel);
  return [
    `${gap}${figures.header}`,
    ...rows.flatMap((row) => [
      ...hang("", row.measurement, columns),
      `${gap}${figures.line(row)}`,
      ...cpuLine(row, columns),
    ]),
  ];
}

/** The run as a table with one row per measurement, and below it why rows are not valid. */
export function resultTable(record: RunRecord, channel: Channel): string {
  const rows = record.variants.map((variant) => {
    const own = record.trials.filter((trial) => trial.variant === variant.id);
    const row = record.summary.find(
      (one) => one.variant === variant.id && one.metric === variant.headline,
    );
    return cellsOf(variant, row, own);
  });
  const reasons = record.trials.flatMap((trial) =>
    trial.verdict.reasons.flatMap(({ state, text }) =>
      hang(
        "  ",
        `${trial.variant}, repetition ${trial.repetition}: ${state}: ${text}`,
        channel.columns,
      ),
    ),
  );
  const why =
    reasons.length === 0
      ? []
      : [
          "",
          ...hang("", "Not valid, and so not in any figure above:", channel.columns),
          ...reasons,
        ];
  return [...tableLines(rows, channel), ...why].join("\n");
}
