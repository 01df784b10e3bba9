import { defineParser } from "@hoststack/tools";
import { z } from "zod";

const levels = { I: "info", W: "warning", E: "error", F: "fatal" } as const;

const entry = z.strictObject({
  level: z.enum(["info", "warning", "error", "fatal"]),
  /** Month and day, then time of day of the host, as printed; the year is not. */
  monthDay: z.string(),
  time: z.string(),
  thread: z.int(),
  /** File and line of the program. */
  place: z.string(),
  function: z.string(),
  message: z.string(),
});

/** A line of a neper log. */
export type NeperLogEntry = z.infer<typeof entry>;

const line = /^([IWEF])(\d{4}) (\d\d:\d\d:\d\d\.\d+)\s+\d+\s+(\d+) ([\w.]+:\d+)\] (\w+): (.*)$/;

/** A log file of any neper program, or its standard error with `--logtostderr`; other lines are passed over. */
export const neperLogParser = defineParser<NeperLogEntry[]>({
  name: "neper-log",
  version: 1,
  schema: z.array(entry),
  reader: () => {
    const entries: NeperLogEntry[] = [];
    return {
      line(text) {
        const match = line.exec(text);
        if (match === null) return;
        const [
          ,
          letter = "I",
          monthDay = "",
          time = "",
          thread,
          place = "",
          name = "",
          message = "",
        ] = match;
        const level = levels[letter as keyof typeof levels];
        entries.push({
          level,
          monthDay,
          time,
          thread: Number(thread),
          place,
          function: name,
          message,
        });
      },
      end: () => entries,
    };
  },
});

/** What a program complained about, also where it went on and ended with status 0. */
export const complaintsIn = (entries: readonly NeperLogEntry[]): string[] => [
  ...new Set(entries.filter(({ level }) => level !== "info").map(({ message }) => message)),
];
