/** Which queues flows are spread over, as `ethtool -X` takes it. */
export type Spread =
  | { readonly equal: number; readonly start: number }
  | { readonly weights: readonly number[]; readonly start: number };

/** The table ethtool makes of it; weights get shares of the table, rounded. */
export function spreadTable(spread: Spread, size: number): readonly number[] {
  const { start } = spread;
  if ("equal" in spread)
    return Array.from({ length: size }, (_, at) => start + (at % spread.equal));
  const { weights } = spread;
  const sum = weights.reduce((total, one) => total + one, 0);
  const table: number[] = [];
  let partial = 0;
  weights.forEach((weight, index) => {
    partial += weight;
    const end = Math.floor((size * partial) / sum);
    while (table.length < end) table.push(start + index);
  });
  return table;
}

const isSame = (a: readonly number[], b: readonly number[]) =>
  a.length === b.length && a.every((one, index) => one === b[index]);

/**
 * Arguments of `ethtool -X NIC` that make exactly this table: the driver's own, even shares, or weights.
 * Undefined for tables that ethtool cannot make.
 */
export function tableArguments(
  table: readonly number[],
  rings: number,
): readonly string[] | undefined {
  const even = (equal: number, start: number) =>
    isSame(table, spreadTable({ equal, start }, table.length));
  // The driver's own table follows its number of queues, one of ours does not.
  if (even(rings, 0)) return ["default"];
  const [start = 0] = table;
  const equal = Math.max(...table) - start + 1;
  const first = start === 0 ? [] : ["start", String(start)];
  if (equal > 0 && even(equal, start)) return [...first, "equal", String(equal)];
  const weights = Array.from(
    { length: Math.max(0, equal) },
    (_, index) => table.filter((queue) => queue === start + index).length,
  );
  if (!isSame(table, spreadTable({ weights, start }, table.length))) return undefined;
  return [...first, "weight", ...weights.map(String)];
}
