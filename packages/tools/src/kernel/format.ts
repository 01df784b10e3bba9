import type { Unit } from "./sample.js";

const prefixes = [
  [1e12, "T"],
  [1e9, "G"],
  [1e6, "M"],
  [1e3, "k"],
  [1, ""],
  [1e-3, "m"],
  [1e-6, "µ"],
  [1e-9, "n"],
] as const;

const shown: Readonly<Record<Unit, { readonly suffix: string; readonly small: boolean }>> = {
  "bit/s": { suffix: "bit/s", small: false },
  "bytes/s": { suffix: "B/s", small: false },
  bytes: { suffix: "B", small: false },
  "count/s": { suffix: "/s", small: false },
  count: { suffix: "", small: false },
  ratio: { suffix: "", small: false },
  s: { suffix: "s", small: true },
};

function threeDigits(value: number): string {
  const text = value.toPrecision(3);
  return text.includes("e") ? value.toFixed(0) : text;
}

/** A decimal prefix with its unit, and what to divide by for it. */
export interface SiScale {
  readonly factor: number;
  /** e.g. `Gbit/s`; empty for plain numbers. */
  readonly suffix: string;
}

/** The scale in which a value has one to three digits before its point; axes use that of their end. */
export function siScale(value: number, unit: Unit): SiScale {
  const { suffix, small } = shown[unit];
  const size = Math.abs(value);
  if (unit === "ratio" || size === 0 || !Number.isFinite(value)) return { factor: 1, suffix };
  const floor = small ? 1e-9 : 1;
  const ceiling = unit === "s" ? 1 : 1e12;
  // 0.9995 of a step, so that rounding to three digits never prints "1000 k".
  const step = prefixes.find(
    ([factor]) => factor <= ceiling && factor >= floor && size >= factor * 0.9995,
  );
  const [factor, prefix] = step ?? [floor, small ? "n" : ""];
  return { factor, suffix: `${prefix}${suffix}` };
}

/**
 * Writes a value for people with a decimal prefix and three significant digits.
 *
 * @example
 * formatSi(3.52e9, "bit/s"); // "3.52 Gbit/s"
 * formatSi(0.000412, "s"); // "412 µs"
 */
export function formatSi(value: number, unit: Unit): string {
  const { factor, suffix } = siScale(value, unit);
  if (!Number.isFinite(value)) return `${value} ${suffix}`.trim();
  const whole = unit === "count" && factor === 1 && Number.isInteger(value);
  return `${whole ? String(value) : threeDigits(value / factor)} ${suffix}`.trim();
}
