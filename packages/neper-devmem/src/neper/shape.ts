import { z } from "zod";

const number = z.number();
const positive = z.number().min(0);
const whole = z.int().min(0);

const carried = z.strictObject({ operations: z.int(), bytes: z.int(), bitsPerS: positive });

/** What a side of a test reports, in SI units. */
export const neperReport = z.strictObject({
  version: z.string(),
  /** Options as the program echoes them: those that took effect. */
  options: z.record(z.string(), z.string()),
  role: z.enum(["client", "server"]),
  /** Asked for: seconds of the test, or transactions. */
  wanted: z.strictObject({ seconds: whole.optional(), transactions: whole.optional() }),
  /** CPUs it may run on, where it says so. */
  allowedCpus: z.string().optional(),
  /** What the client carried between two lines, where it was asked for. */
  intervals: z.array(z.strictObject({ atS: number, sent: carried, received: carried })),
  /** Undefined where it was asked only what it would do. */
  results: z
    .strictObject({
      rejectedClients: whole,
      /** By this host's clock, from first to last event; undefined where there was none. */
      measuredS: positive.optional(),
      cpu: z.strictObject({ userS: number, systemS: number }),
      maxRssKib: whole,
      faults: z.strictObject({ minor: whole, major: whole }),
      switches: z.strictObject({ voluntary: whole, involuntary: whole }),
      samples: whole.optional(),
      /** How even the rate was; below 0.99 it was not. */
      correlation: number.optional(),
      /** As it was printed. */
      throughput: z.strictObject({ value: z.string(), unit: z.string() }).optional(),
      /** Of this side and of its peer: bit/s of streams, else transactions/s; 0 of a side that does not report. */
      localPerS: whole,
      remotePerS: whole,
      /** Counted to the last sample, so less than were made. */
      transactions: whole.optional(),
      loggedRoundTrips: whole.optional(),
      /** Of the client; a server measures none. */
      latency: z
        .strictObject({
          minS: positive,
          maxS: positive,
          meanS: positive,
          stddevS: positive.optional(),
          /** Upper bounds of buckets, up to 1.6 % too large. */
          percentiles: z.array(z.strictObject({ percentile: number, seconds: positive })),
        })
        .optional(),
      zeroCopy: z.strictObject({ bytes: whole, ratio: positive }).optional(),
      /** Why its figures are none, e.g. that nothing was carried. */
      invalid: z.array(z.string()),
    })
    .optional(),
});

/** What a side of a test reports. */
export type NeperReport = z.infer<typeof neperReport>;

/** The part after the test. */
export type NeperResults = NonNullable<NeperReport["results"]>;
