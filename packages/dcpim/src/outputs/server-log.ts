import { defineParser } from "@hoststack/tools";
import { z } from "zod";
import { parseFailure } from "./failure.js";

const name = "dcpim-server-log";

const interval = z.strictObject({
  /** Bytes the program read from all connections during the interval. */
  bytes: z.number().min(0),
  /** By the CPU's cycle counter. */
  durationS: z.number().positive(),
  /** The program's own figure in Gbit/s, rounded to two digits. */
  reportedGbps: z.number().min(0),
  /**
   * Where the interval lies: before any connection; while connections were still being made (`first`); wholly
   * while all were there (`full`); with the end of one in it (`last`), and after that.
   */
  phase: z.enum(["before", "first", "full", "last", "after"]),
  /** Of these bytes those of each connection, by the client's port. @default not told */
  flows: z.record(z.string(), z.number().min(0)).optional(),
});

const result = z.strictObject({
  intervals: z.array(interval),
  connections: z.int().min(0),
  /** Connections that were seen to end. */
  ended: z.int().min(0),
  /** What the program complained about. */
  complaints: z.array(z.string()),
  /** The text ends within a line: the program was killed before all it had printed was written. */
  cut: z.boolean(),
});

/** What one `server` process printed. */
export type ServerLog = z.infer<typeof result>;
/** One line of figures, about a second long. */
export type ServerInterval = z.infer<typeof interval>;

/** `%f` has six digits after the point: fewer are a line that was cut, never another number. */
const figures = /^(done!)*Throughput: (\d+\.\d{2}) Gbps, bytes: (\d+\.\d{6}), time: (\d+\.\d{6})$/;
/** A line of the edited server, behind that of the interval. */
const flowLine = /^(?:done!)*flow from port (\d+): (\d+) bytes$/;
const complaint =
  /^(Couldn't |Read error|Unknown option|No value provided|Bad port|.*: Protocol not )/;

const known =
  /start connection$|^(?:done!)*(?:Thread is running on CPU|port number|set affinity:|$)/;

const endings = (line: string): number => line.match(/done!/g)?.length ?? 0;

/** What was told so far; one interval is judged by it. */
class Connections {
  made = 0;
  ended = 0;
  /** One was made since the last line of figures. */
  fresh = false;

  phase(closing: number): ServerInterval["phase"] {
    if (this.made === 0) return "before";
    if (this.ended > 0) return "after";
    if (closing > 0) return "last";
    return this.fresh ? "first" : "full";
  }
}

/** Reads a log line by line: the word `done!` has no line break of its own and precedes what comes next. */
export const serverLogParser = defineParser<ServerLog>({
  name,
  version: 1,
  schema: result,
  reader: () => {
    let intervals: ServerInterval[] = [];
    const complaints: string[] = [];
    const connections = new Connections();
    let last = "";
    const figure = ([line = "", , gbps, bytes, seconds]: RegExpExecArray) => {
      const phase = connections.phase(endings(line));
      const durationS = Number(seconds);
      intervals.push({ bytes: Number(bytes), durationS, reportedGbps: Number(gbps), phase });
      connections.fresh = false;
    };
    const flow = ([, port = "", bytes]: RegExpExecArray) => {
      const of = intervals.at(-1);
      if (of !== undefined) of.flows = { ...of.flows, [port]: Number(bytes) };
    };
    const begin = () => {
      // the others had the link to themselves until now
      intervals = intervals.map((one) => (one.phase === "full" ? { ...one, phase: "first" } : one));
      connections.made += 1;
      connections.fresh = true;
    };
    return {
      line(text) {
        if (text === "") return;
        last = text;
        const found = figures.exec(text);
        const own = flowLine.exec(text);
        if (found !== null) figure(found);
        else if (own !== null) flow(own);
        else if (complaint.test(text)) complaints.push(text.trim());
        else if (text.endsWith("start connection")) begin();
        connections.ended += endings(text);
      },
      end() {
        const { made, ended } = connections;
        const cut = ![figures, flowLine, complaint, known].some((one) => one.test(last));
        if (intervals.length === 0 && made === 0 && complaints.length === 0) {
          throw parseFailure(name, "there is no line of the server's; it prints one a second");
        }
        return { intervals, connections: made, ended, complaints, cut };
      },
    };
  },
});

/** What a server received over the intervals that lie wholly within all its connections. */
export interface SteadyThroughput {
  readonly bitsPerS: number;
  readonly bytes: number;
  readonly seconds: number;
}

/** Sum of bytes over sum of times of the full intervals; undefined when there is none. */
export function steadyThroughput({ intervals }: ServerLog): SteadyThroughput | undefined {
  const full = intervals.filter(({ phase }) => phase === "full");
  const seconds = full.reduce((sum, { durationS }) => sum + durationS, 0);
  if (seconds === 0) return undefined;
  const bytes = full.reduce((sum, one) => sum + one.bytes, 0);
  return { bitsPerS: (bytes * 8) / seconds, bytes, seconds };
}

/** What each connection carried over the full intervals, by the client's port. */
export function steadyFlows({ intervals }: ServerLog): ReadonlyMap<number, number> {
  const sums = new Map<number, number>();
  for (const { flows = {}, phase } of intervals) {
    for (const [port, bytes] of Object.entries(flows)) {
      const before = sums.get(Number(port)) ?? 0;
      sums.set(Number(port), before + (phase === "full" ? bytes : 0));
    }
  }
  return sums;
}

/** All bytes a server received, also in intervals no rate is taken from. */
export const bytesReceived = ({ intervals }: ServerLog): number =>
  intervals.reduce((sum, { bytes }) => sum + bytes, 0);
