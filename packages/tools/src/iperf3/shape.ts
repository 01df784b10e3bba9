import { z } from "zod";

/** A finite number; cJSON writes null for what could not be computed. */
const figure = z
  .number()
  .nullish()
  .transform((v) => v ?? undefined);

const sum = z.looseObject({
  seconds: figure,
  bytes: figure,
  bits_per_second: figure,
  retransmits: figure,
  jitter_ms: figure,
  lost_packets: figure,
  packets: figure,
  out_of_order: figure,
  sender: z.boolean().optional(),
});

/** A sum of bytes over time as iperf3 reports it. */
export type Iperf3Sum = z.output<typeof sum>;

const streamEnd = z.looseObject({
  sender: sum.optional(),
  receiver: sum.optional(),
  udp: sum.optional(),
});

const end = z.looseObject({
  streams: z.array(streamEnd).optional(),
  sum: sum.optional(),
  sum_sent: sum.optional(),
  sum_received: sum.optional(),
  sum_sent_bidir_reverse: sum.optional(),
  sum_received_bidir_reverse: sum.optional(),
  cpu_utilization_percent: z
    .looseObject({
      host_total: figure,
      host_user: figure,
      host_system: figure,
      remote_total: figure,
      remote_user: figure,
      remote_system: figure,
    })
    .optional(),
  sender_tcp_congestion: z.string().optional(),
  receiver_tcp_congestion: z.string().optional(),
});

/** The parts of iperf3's JSON that are read; all versions from 3.0 to 3.19 have them so. */
export const iperf3Document = z.looseObject({
  start: z.looseObject({
    version: z.string().optional(),
    timestamp: z.looseObject({ timesecs: z.number() }).optional(),
    test_start: z
      .looseObject({
        protocol: z.string(),
        num_streams: z.number(),
        blksize: z.number().optional(),
        omit: z.number().optional(),
        duration: z.number().optional(),
        reverse: z.number().optional(),
        bidir: z.number().optional(),
      })
      .optional(),
  }),
  intervals: z.array(
    z.looseObject({
      sum: sum
        .extend({
          start: z.number().optional(),
          end: z.number().optional(),
          omitted: z.boolean().optional(),
        })
        .optional(),
    }),
  ),
  end,
  error: z.string().optional(),
});

/** iperf3's JSON document. */
export type Iperf3Document = z.output<typeof iperf3Document>;
