import { formatSi, type MetricSample, siScale } from "@hoststack/tools";
import type { MeanInterval } from "../result/mean-interval.js";

/** Unit of a recorded value. */
export type Unit = MetricSample["unit"];

/** A value with its unit that stays on one line; a dash for none. */
export function figureText(value: number | undefined, unit: Unit | undefined): string {
  if (value === undefined || unit === undefined) return "–";
  return formatSi(value, unit).replace(" ", "\u00a0");
}

/** Digits after the point so that two digits of a resolution show. */
function decimalsFor(resolution: number): number {
  if (!(resolution > 0) || !Number.isFinite(resolution)) return 0;
  return Math.min(9, Math.max(0, 1 - Math.floor(Math.log10(resolution))));
}

const largest = (values: readonly number[]): number =>
  values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

/** An interval with its unit once: `20.1 to 25.7 Gbit/s`; as fine as its width makes sense. */
export function intervalText({ low, high }: MeanInterval, unit: Unit): string {
  const { factor, suffix } = siScale(largest([low, high]), unit);
  const decimals = decimalsFor((high - low) / 2 / factor || largest([low, high]) / factor / 10);
  const text = (value: number) => (value / factor).toFixed(decimals);
  return `${text(low)} to ${text(high)}\u00a0${suffix}`.trim();
}

/** A share as a percentage with its sign: `+3.2 %`. */
export function percentText(share: number): string {
  const percent = share * 100;
  // rounded first, so that 9.9999 is shown as 10.0
  const size = Math.abs(Number(percent.toPrecision(3)));
  const digits = size >= 100 ? 0 : size >= 10 ? 1 : 2;
  return `${percent > 0 ? "+" : ""}${percent.toFixed(digits)} %`;
}
