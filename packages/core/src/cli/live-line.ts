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
  /** How fast it goes just now, with its unit. @default nothing is told */
  readonly rate?: string | undefined;
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

/** Share of a line that the text keeps, and columns it keeps of a line too short for that. */
const wantedText = { share: 0.45, columns: 10, shortLine: 50 };

/** What stands in brackets, from all of it to what is missed most. */
function detailsOf({ sinceMs, startMs, leftMs, rate }: LiveState, nowMs: number): string[] {
  const now = durationText(nowMs - sinceMs);
  const all = durationText(nowMs - startMs);
  const left = leftMs === undefined ? [] : [`about ${durationText(leftMs)} left`];
  const fast = rate === undefined ? [] : [rate];
  const last = leftMs === undefined ? all : `${durationText(leftMs)} left`;
  return [
    [...fast, now, `${all} in all`, ...left],
    [...fast, all, ...left],
    [...fast, last],
    [last],
  ].map((parts) => ` (${parts.join(", ")})`);
}

/** The line, in less than some columns: rate and times stay as long as they can, the text is cut. */
export function liveLine(state: LiveState, nowMs: number, columns: number): string {
  const room = columns - freeColumns;
  const details = detailsOf(state, nowMs);
  const [whole = ""] = details;
  const { share, columns: least, shortLine } = wantedText;
  const spare = room - (room > shortLine ? share * room : least);
  const fits = (one: string) => one.length <= spare;
  const fitting = state.text.length + whole.length <= room ? whole : details.find(fits);
  if (fitting === undefined) return cut(state.text, room);
  return `${cut(state.text, room - fitting.length)}${fitting}`;
}
