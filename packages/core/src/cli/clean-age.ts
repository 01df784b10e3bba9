import { hoststackError } from "../errors/error.js";

const unitMs = { d: 24 * 3600 * 1000, h: 3600 * 1000, m: 60 * 1000 } as const;

/** Reads an age such as `30d`, `12h`, `0`, in milliseconds. Throws OPTIONS_INVALID naming the flag. */
export function ageMs(text: string): number {
  const [, count, unit = "d"] = /^(\d{1,6})([dhm]?)$/.exec(text) ?? [];
  if (count !== undefined && (unit !== "" || count === "0")) {
    return Number(count) * (unitMs[unit as keyof typeof unitMs] ?? 0);
  }
  throw hoststackError("OPTIONS_INVALID", `--older-than takes a time, not "${text}"`, {
    remedy: "give days, hours or minutes: 30d, 12h, 90m, or 0 for everything",
    details: { field: "olderThan" },
  });
}
