import { z } from "zod";

const port = z.int().min(1).max(65_535);
const count = z.int().min(1);
/** Neper holds it in an int; 0 leaves it out. */
const bytes = z.int().min(1).max(2_147_483_647);
const word = z.string().regex(/^[^\s-]\S*$/, "must be one word that does not begin with a dash");
const path = z
  .string()
  .regex(/^[^=\s-]\S*$/, "must be a path without blanks that begins with no dash or equals sign");
const nanoseconds = z.int().min(0);

/** Of every program. */
const common = {
  flows: count.optional().describe("flows of the client together; default 1"),
  threads: count.optional().describe("threads, no more than flows; default 1"),
  clients: count.optional().describe("clients the server waits for; default 1"),
  magic: z.int().optional().describe("number both sides must have in common; default 42"),
  maxEvents: count.optional().describe("events of one epoll_wait(); default 1000"),
  listenBacklog: count
    .optional()
    .describe("backlog of listen(), at most net.core.somaxconn; default 128"),
  suicideS: count.optional().describe("seconds after which it gives up; default never"),
  sourcePort: port.optional().describe("source port of the first flow, the others count up"),
  systemTimeOfHost: z
    .boolean()
    .optional()
    .describe("system time from /proc/stat instead of its own"),
  family: z.enum(["ipv4", "ipv6"]).optional().describe("address family; default either"),
  debugSockets: z.boolean().optional().describe("SO_DEBUG"),
  dryRun: z.boolean().optional().describe("print the options and stop"),
  pinThreads: z.boolean().optional().describe("a CPU for each thread"),
  log: z
    .enum(["file", "stderr", "none"])
    .optional()
    .describe("where its log goes; default a file where it runs"),
  nonBlocking: z.boolean().optional().describe("no blocking system calls"),
  freeBind: z.boolean().optional().describe("IP_FREEBIND"),
  intervalS: z
    .number()
    .positive()
    .optional()
    .describe("seconds between samples; 0.2 where a test has fewer than five of them; default 1"),
  pacingBytesPerS: z
    .int()
    .min(1)
    .optional()
    .describe("SO_MAX_PACING_RATE of each flow in bytes (not bits) per second"),
  localAddresses: z
    .array(word)
    .min(1)
    .optional()
    .describe("addresses the client's flows come from, in turn"),
  host: word.optional().describe("address of the server"),
  controlPort: port.optional().describe("port of the control connection; default 12866"),
  port: port.optional().describe("first data port of the server; default 12867"),
  samplesFile: path.optional().describe("CSV of all samples; only a side that reports writes it"),
  timeWait: z.boolean().optional().describe("close gracefully, no SO_LINGER of 0"),
  ioStatMs: count
    .optional()
    .describe("the client prints what it carried every so many milliseconds"),
  waitStartS: count.optional().describe("seconds the client waits before its flows"),
};

/** Of programs over TCP, PSP too. `--pin-numa` is in no build: its Makefile leaves libnuma out. */
const tcp = {
  ports: count
    .optional()
    .describe("data ports of the server, counting up; the same on both sides; default 1"),
  fastOpen: z.boolean().optional().describe("TCP fast open"),
  txDelayUs: count.optional().describe("TCP_TX_DELAY in microseconds"),
  noDelay: z.boolean().optional().describe("TCP_NODELAY"),
  congestionControl: word.optional().describe("congestion control; default the host's"),
};

/** Of requests and responses. */
const requests = {
  durationS: count.optional().describe("seconds of the test; default 10"),
  transactions: count.optional().describe("transactions of the test, in place of seconds"),
  requestBytes: bytes.optional().describe("size of a request, the same on both sides; default 1"),
  responseBytes: bytes.optional().describe("size of a response, the same on both sides; default 1"),
  percentiles: z
    .array(z.number().min(0).max(100))
    .min(1)
    .optional()
    .describe("percentiles of the latency"),
  bufferBytes: bytes.optional().describe("most of one read or write; default 65536"),
  rttFile: path
    .optional()
    .describe("log of each round trip; only the client writes it, as CSV if named so"),
  rttEntriesPerFlow: count.optional().describe("round trips logged of each flow; default 10000"),
  mark: z.int().min(0).max(4_294_967_295).optional().describe("SO_MARK"),
};

/** Of streams. */
const stream = {
  durationS: count.optional().describe("seconds of the test; default 10"),
  edgeTrigger: z.boolean().optional().describe("edge-triggered epoll"),
  reuseAddress: z.boolean().optional().describe("SO_REUSEADDR"),
  zeroCopy: z.boolean().optional().describe("MSG_ZEROCOPY when sending"),
  throughputUnit: z
    .enum([
      "b",
      "k",
      "m",
      "g",
      "B",
      "K",
      "M",
      "G",
      "Kb",
      "Mb",
      "Gb",
      "KB",
      "MB",
      "GB",
      "Kib",
      "Mib",
      "Gib",
      "KiB",
      "MiB",
      "GiB",
      "auto-b",
      "auto-ib",
      "auto-B",
      "auto-iB",
    ])
    .optional()
    .describe("unit of its own figure; records hold bit/s whatever it is; default Mb"),
};

const tcpStream = {
  delayNs: nanoseconds.optional().describe("nanoseconds before each send"),
  bufferBytes: bytes.optional().describe("bytes of one read or write; default 16384"),
  skipRxCopy: z.boolean().optional().describe("MSG_TRUNC: receive without copying"),
  rxZeroCopy: z.boolean().optional().describe("TCP_ZEROCOPY_RECEIVE"),
  read: z.boolean().optional().describe("this side reads, as a server does anyway"),
  write: z.boolean().optional().describe("this side writes, as a client does anyway"),
  splitBidirectional: z.boolean().optional().describe("both directions, a socket for each"),
  reverse: z.boolean().optional().describe("the server writes and the client reads, on both sides"),
  asyncConnect: z.boolean().optional().describe("connect without blocking"),
  noCork: z.boolean().optional().describe("no MSG_MORE when sending"),
  mark: z.int().min(0).max(4_294_967_295).optional().describe("SO_MARK"),
};

const tcpRequests = {
  delayNs: nanoseconds.optional().describe("nanoseconds before each send"),
  asyncConnect: z.boolean().optional().describe("connect without blocking"),
  reuseAddress: z.boolean().optional().describe("SO_REUSEADDR"),
  noBurstNs: nanoseconds
    .optional()
    .describe("a request every so many nanoseconds, none after the other"),
};

/** Connecting without blocking is how it always does it. */
const connects = {};

const udpRequests = { delayNs: tcpStream.delayNs };

const udpStream = {
  delayNs: tcpStream.delayNs,
  bufferBytes: bytes.max(65_507).optional().describe("bytes of a datagram; default 1400"),
  mark: tcpStream.mark,
};

/** Fields of each program, in the groups in which its flags are defined. */
export const neperFields = {
  tcp_stream: { ...common, ...tcp, ...stream, ...tcpStream },
  tcp_rr: { ...common, ...tcp, ...requests, ...tcpRequests },
  tcp_crr: { ...common, ...tcp, ...requests, ...connects },
  udp_stream: { ...common, ...stream, ...udpStream },
  udp_rr: { ...common, ...requests, ...udpRequests },
  psp_stream: { ...common, ...tcp, ...stream, ...tcpStream },
  psp_rr: { ...common, ...tcp, ...requests, ...tcpRequests },
  psp_crr: { ...common, ...tcp, ...requests, ...connects },
} as const;

/** A program of plain neper. */
export type NeperProgram = keyof typeof neperFields;

/** All options of all programs: what each takes is in {@link neperFields}. */
export type NeperOptions = z.input<
  z.ZodObject<
    typeof common &
      typeof tcp &
      typeof requests &
      typeof stream &
      typeof tcpStream &
      typeof tcpRequests
  >
>;

/** What an end of a test is. */
export type NeperRole = "client" | "server";

/** One end of a test. */
export interface NeperEnd {
  readonly program: NeperProgram;
  readonly role: NeperRole;
  /** Path of the program. @default its name */
  readonly path?: string;
}
