import { cut } from "./wrap.js";

/** What the line that is drawn over tells; times in milliseconds of one clock. */
export interface LiveState {
  /** What goes on now, and since when. */
  readonly text: string;
  readonly sinceMs: number;
  /** When everything began. */
  readonly startMs: number;
  /** How long the rest takes, when that can be told. */
  readonly leftMs: number | undefined;
}

/** A duration for a person: `42 s`, `3 min 07 s`, `2 h 05 min`. */
export function durationText(ms: number): string {
  const seconds = Math.round(ms / 1000);
  const two = (value: number) => String(value).padStart(2, "0");
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${two(seconds % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${two(minutes % 60)} min`;
}

/** Room for the `^C` a terminal echoes, and for the last column, where some begin a new line. */
const freeColumns = 3;

/** The line, in less than some columns: the times stay whole, the text is cut. */
export function liveLine(state: LiveState, nowMs: number, columns: number): string {
  const now = durationText(nowMs - state.sinceMs);
  const all = durationText(nowMs - state.startMs);
  const left = state.leftMs === undefined ? "" : `, about ${durationText(state.leftMs)} left`;
  const room = columns - freeColumns;
  const long = ` (${now}, ${all} in all${left})`;
  const times = state.text.length + long.length <= room ? long : ` (${all}${left})`;
  return times.length > room - 10
    ? cut(state.text, room)
    : `${cut(state.text, room - times.length)}${times}`;
}
