import { hoststackError } from "../errors/error.js";

const unitSeconds: Readonly<Record<string, number>> = { s: 1, min: 60, m: 60, h: 3600, d: 86_400 };

/**
 * Reads a time as people write it, e.g. `90s`, `30min`, `2h`, `1h30min`, in seconds. Throws OPTIONS_INVALID
 * naming the flag.
 */
export function readDuration(text: string, flag: string): number {
  const parts = [...text.trim().matchAll(/(\d+(?:\.\d+)?)\s*(d|h|min|m|s)\s*/gy)];
  const read = parts.map(([whole]) => whole).join("");
  const seconds = parts.reduce(
    (sum, [, count, unit]) => sum + Number(count) * (unitSeconds[unit ?? ""] ?? 0),
    0,
  );
  if (read === text.trim() && seconds > 0) return seconds;
  throw hoststackError("OPTIONS_INVALID", `--${flag} takes a time, not "${text}"`, {
    remedy: "write it with a unit, e.g. 90s, 30min, 2h or 1h30min",
    details: { field: flag },
  });
}
