import { z } from "zod";
import {
  addressField,
  countField,
  extraArgsField,
  nameField,
  portField,
} from "../kernel/option-fields.js";

/** Options of `iperf3 -s`. */
export const iperf3ServerOptions = z.strictObject({
  /** Port to listen on. @default 5201 */
  port: portField.default(5201),
  /** Serve one client, then exit. @default true */
  oneOff: z.boolean().default(true),
  /** Report as JSON. @default true */
  json: z.boolean().default(true),
  /** Local address to listen on. @default any */
  bindAddress: addressField.optional(),
  /** Core, or `local,remote` cores, to run on. @default unset */
  affinity: nameField.optional(),
  /** Seconds between interval reports. @default 1 */
  intervalS: z.number().min(0).optional(),
  /** Further arguments, as they are. @default none */
  extraArgs: extraArgsField,
});

/** Options of `iperf3 -c`. */
export const iperf3ClientOptions = z
  .strictObject({
    /** Server to connect to. */
    address: addressField,
    /** Port of the server. @default 5201 */
    port: portField.default(5201),
    /** Transport protocol. @default "tcp" */
    protocol: z.enum(["tcp", "udp"]).default("tcp"),
    /** Test time, whole seconds, without `omitS`. @default 10 */
    durationS: countField.default(10),
    /** Seconds at the start that are not counted. @default 0 */
    omitS: z.int().min(0).max(60).optional(),
    /** Streams at the same time. @default 1 */
    parallel: z.int().min(1).max(128).optional(),
    /** Target rate of each stream; 0 is unlimited. @default unlimited, 1 Mbit/s for UDP */
    bitsPerS: z.int().min(0).optional(),
    /** Let the server send. @default false */
    reverse: z.boolean().optional(),
    /** Send both ways at once. @default false */
    bidirectional: z.boolean().optional(),
    /** Report as JSON. @default true */
    json: z.boolean().default(true),
    /** Local address to bind. @default any */
    bindAddress: addressField.optional(),
    /** Local port of the (first) data stream. @default any */
    clientPort: portField.optional(),
    /** Size of a read and write; UDP payload for UDP. @default 131072, path MTU for UDP */
    lengthBytes: countField.optional(),
    /** Socket buffer size. @default the system's */
    windowBytes: countField.optional(),
    /** Maximum segment size. @default the system's */
    mssBytes: countField.optional(),
    /** Send with sendfile. @default false */
    zeroCopy: z.boolean().optional(),
    /** Congestion control algorithm, TCP only. @default the system's */
    congestion: nameField.optional(),
    /** Set TCP_NODELAY, TCP only. @default false */
    noDelay: z.boolean().optional(),
    /** Type-of-service byte. @default unset */
    tos: z.int().min(0).max(255).optional(),
    /** Core, or `local,remote` cores, to run on. @default unset */
    affinity: nameField.optional(),
    /** Seconds between interval reports. @default 1 */
    intervalS: z.number().min(0).optional(),
    /** Also take the server's report into the client's. @default false */
    getServerOutput: z.boolean().optional(),
    /** Further arguments, as they are. @default none */
    extraArgs: extraArgsField,
  })
  .refine((o) => !(o.reverse && o.bidirectional), {
    path: ["bidirectional"],
    message: "excludes reverse",
  })
  .refine((o) => o.protocol === "tcp" || (!o.congestion && !o.noDelay && !o.mssBytes), {
    path: ["protocol"],
    message: "congestion, noDelay and mssBytes are for TCP",
  })
  .refine((o) => o.protocol === "tcp" || (o.lengthBytes ?? 16) <= 65_507, {
    path: ["lengthBytes"],
    message: "a UDP datagram has at most 65507 bytes",
  });

/** Options of `iperf3 -s`. */
export type Iperf3ServerOptions = z.input<typeof iperf3ServerOptions>;
/** Options of `iperf3 -c`. */
export type Iperf3ClientOptions = z.input<typeof iperf3ClientOptions>;
