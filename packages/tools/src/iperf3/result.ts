import { z } from "zod";

const transfer = z.strictObject({
  bytes: z.number().min(0),
  durationS: z.number().min(0),
  bitsPerS: z.number().min(0),
});

/** What one iperf3 test reports, from JSON or from text. */
export const iperf3ResultSchema = z.strictObject({
  /** Version the tool names. @default absent */
  version: z.string().optional(),
  /** Absent when a text does not show it. */
  protocol: z.enum(["tcp", "udp", "sctp"]).optional(),
  /** Absent when a text does not show it. */
  streams: z.int().optional(),
  reverse: z.boolean().optional(),
  bidirectional: z.boolean().optional(),
  /** Handed to the sender's socket, all streams. Absent where the report does not say. */
  sent: transfer.optional(),
  /** Arrived at the receiver, all streams: the goodput. Absent where the report does not say. */
  received: transfer.optional(),
  /** The other direction of a bidirectional test. */
  reverseSent: transfer.optional(),
  /** The other direction of a bidirectional test. */
  reverseReceived: transfer.optional(),
  /** TCP segments sent again; only where the sender's kernel tells. */
  retransmits: z.int().min(0).optional(),
  /** UDP only. */
  datagrams: z
    .strictObject({
      total: z.int().min(0),
      lost: z.int(),
      jitterMs: z.number().min(0).optional(),
      outOfOrder: z.int().min(0).optional(),
    })
    .optional(),
  congestion: z.string().optional(),
  /** CPU time of the iperf3 processes over time, in percent of one CPU. */
  cpuPercent: z.strictObject({ host: z.number(), remote: z.number().optional() }).optional(),
  intervals: z.array(
    z.strictObject({
      startS: z.number(),
      endS: z.number(),
      bitsPerS: z.number(),
      omitted: z.boolean(),
    }),
  ),
});

/** What one iperf3 test reports. */
export type Iperf3Result = z.infer<typeof iperf3ResultSchema>;

/** Bytes over time in one direction. */
export type Iperf3Transfer = z.infer<typeof transfer>;
