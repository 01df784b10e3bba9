import { z } from "zod";
import {
  addressField,
  countField,
  extraArgsField,
  nameField,
  pathField,
  portField,
} from "../kernel/option-fields.js";

/** sockperf refuses larger UDP messages with `Invalid message size` (3.7, defs.cpp). */
const maxUdpMessageBytes = 65_507;
/** `MAX_TCP_SIZE` of sockperf 3.7, defs.h. */
const maxTcpMessageBytes = 1_048_575;
/** Size of sockperf's own header; it refuses less. */
const minMessageBytes = 14;

/** Fields that server and clients of sockperf share; both sides must agree on `protocol`. */
const common = {
  /** Transport protocol. @default "udp" */
  protocol: z.enum(["udp", "tcp"]).default("udp"),
  /** Port to listen on or connect to. @default 11111 */
  port: portField.default(11_111),
  /** How sockets are waited for. @default sockperf's own (recvfrom for one socket) */
  iomux: z.enum(["select", "poll", "epoll", "recvfrom", "socketxtreme"]).optional(),
  /** Time-out of select, poll and epoll; -1 waits for ever. @default 10 */
  iomuxTimeoutMs: z.int().min(-1).optional(),
  /** Flip Nagle: sockperf has it off, but on in throughput. @default false */
  tcpAvoidNodelay: z.boolean().optional(),
  /** Type-of-service byte. @default unset */
  tos: z.int().min(0).max(255).optional(),
  /** Socket buffer size. @default the system's */
  bufferBytes: countField.optional(),
  /** Open sockets non-blocking. @default false */
  nonblocked: z.boolean().optional(),
  /** Busy-poll time of the low-latency socket option. @default unset */
  busyPollUs: countField.optional(),
  /**
   * Use the monotonic clock instead of the time-stamp counter. sockperf 3.7 then leaves far more than
   * 450 ms out of a latency test (0.875 of 2 s were left valid, seen). @default false
   */
  noRdtsc: z.boolean().optional(),
  /** Skip the warm-up messages. @default false */
  dontWarmup: z.boolean().optional(),
  /** Wait before the warm-up messages. @default 0 */
  preWarmupWaitS: z.int().min(0).optional(),
  /** Further arguments, as they are. @default none */
  extraArgs: extraArgsField,
};

/** Options of `sockperf server`. */
export const sockperfServerOptions = z.strictObject({
  ...common,
  /** Address to listen on. @default all */
  address: addressField.optional(),
  /** Largest message the server takes. @default 65507 */
  maxMessageBytes: z.int().min(minMessageBytes).optional(),
  /** Cores of the server threads, as a list. @default unset */
  cpuAffinity: nameField.optional(),
  /** Send no replies. @default false */
  dontReply: z.boolean().optional(),
  /** Report gaps of sequence numbers. @default false */
  gapDetection: z.boolean().optional(),
});

/** Fields of all three clients. */
const client = {
  ...common,
  /** Server to connect to. */
  address: addressField,
  /** Payload of a message with sockperf's 14 byte header. @default 14 */
  messageBytes: z.int().min(minMessageBytes).max(maxTcpMessageBytes).default(minMessageBytes),
  /** Vary the size by up to this much. @default 0 */
  messageRangeBytes: z.int().min(0).optional(),
  /** Test time, whole seconds. @default 1 */
  durationS: z.int().min(1).max(36_000_000).default(1),
  /** Messages sent at once. @default 1 */
  burst: countField.optional(),
  /** Local address to bind. @default any */
  clientAddress: addressField.optional(),
  /** Local port to bind. @default any */
  clientPort: portField.optional(),
  /** Cores of the sender thread, as a list. @default unset */
  senderAffinity: nameField.optional(),
  /** Cores of the receiver thread, as a list. @default unset */
  receiverAffinity: nameField.optional(),
};

/** Rate of a client: messages per second, or as fast as it can. */
const rate = z.union([countField, z.literal("max")]).optional();

/** Fields of the two latency clients. */
const latency = {
  ...client,
  /** Report the round trip instead of half of it. @default false */
  fullRtt: z.boolean().optional(),
  /** File for the time stamps of every message (CSV). @default none */
  fullLogPath: pathField.optional(),
};

interface SizedMessage {
  readonly protocol: "udp" | "tcp";
  readonly messageBytes: number;
}

function fitsProtocol(options: SizedMessage): boolean {
  return options.protocol === "tcp" || options.messageBytes <= maxUdpMessageBytes;
}

const tooLarge = {
  path: ["messageBytes"],
  message: `a UDP message has at most ${maxUdpMessageBytes} bytes`,
};

/** Options of `sockperf throughput`. */
export const sockperfThroughputOptions = z
  .strictObject({
    ...client,
    /** Messages per second. @default "max" */
    mps: rate,
    /** Print nine instead of three decimals of the bandwidth. @default false */
    increasedPrecision: z.boolean().optional(),
  })
  .refine(fitsProtocol, tooLarge);

/** Options of `sockperf ping-pong`. */
export const sockperfPingPongOptions = z
  .strictObject({
    ...latency,
    /** Messages per second. @default "max" */
    mps: rate,
    /** Check that replies hold what was sent. @default false */
    dataIntegrity: z.boolean().optional(),
  })
  .refine(fitsProtocol, tooLarge);

/** Options of `sockperf under-load`. */
export const sockperfUnderLoadOptions = z
  .strictObject({
    ...latency,
    /** Messages per second. @default 10000 */
    mps: rate,
    /** The server answers every this many messages; fewer replies than sends are no loss. @default 100 */
    replyEvery: countField.optional(),
  })
  .refine(fitsProtocol, tooLarge);

/** Options of `sockperf server`. */
export type SockperfServerOptions = z.input<typeof sockperfServerOptions>;
/** Options of `sockperf throughput`. */
export type SockperfThroughputOptions = z.input<typeof sockperfThroughputOptions>;
/** Options of `sockperf ping-pong`. */
export type SockperfPingPongOptions = z.input<typeof sockperfPingPongOptions>;
/** Options of `sockperf under-load`. */
export type SockperfUnderLoadOptions = z.input<typeof sockperfUnderLoadOptions>;
