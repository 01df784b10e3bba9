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

type Column = (typeof columnNames)[number];

/** Figures that stand on lines of their own below a row which has no room for them. */
const linesBelow = (row: Cells, below: readonly Column[], columns: number): string[] =>
  below.flatMap((column) => hang(`    ${column}: `, row[column], columns));

/** Columns of which some row has something to show; a mean needs several trials. */
const usedColumns = (rows: readonly Cells[]): Column[] =>
  columnNames.filter(
    (column) => !column.startsWith("mean") || rows.some((row) => row[column] !== "-"),
  );

/** Every figure behind its name, one measurement after the other: for very narrow terminals. */
function stacked(rows: readonly Cells[], channel: Channel): string[] {
  const [, ...figures] = usedColumns(rows);
  return rows.flatMap((row) => [
    ...hang("", row.measurement, channel.columns).map((line) => channel.style("bold", line)),
    ...figures.flatMap((column) => hang(`  ${column}: `, row[column], channel.columns)),
  ]);
}

/** What stands below a row, in the order in which columns are given up. */
const givenUp: readonly (readonly Column[])[] = [["busy CPUs"], ["min .. max", "busy CPUs"]];

/** Rows in the widest form that fits: one line, some figures below, title above, one line per figure. */
function tableLines(rows: readonly Cells[], channel: Channel): string[] {
  const { columns } = channel;
  const used = usedColumns(rows);
  const whole = grid(rows, used, channel);
  if (whole.width <= columns) return [whole.header, ...rows.map(whole.line)];
  for (const below of givenUp) {
    const beside = grid(
      rows,
      used.filter((column) => !below.includes(column)),
      channel,
    );
    if (beside.width > columns) continue;
    const lines = (row: Cells) => [beside.line(row), ...linesBelow(row, below, columns)];
    return [beside.header, ...rows.flatMap(lines)];
  }
  for (const below of givenUp) {
    const rest = used.slice(1).filter((column) => !below.includes(column));
    const figures = grid(rows, rest, channel);
    if (figures.width + gap.length > columns) continue;
    const lines = (row: Cells) => [
      ...hang("", row.measurement, columns),
      `${gap}${figures.line(row)}`,
      ...linesBelow(row, below, columns),
    ];
    return [`${gap}${figures.header}`, ...rows.flatMap(lines)];
  }
  return stacked(rows, channel);
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
