// ../tools/src/kernel/error.ts
var brand = /* @__PURE__ */ Symbol.for("@hoststack/error");
var HoststackError = class extends Error {
  code;
  remedy;
  details;
  constructor(code, message, facts = {}) {
    super(message, facts.cause === void 0 ? void 0 : { cause: facts.cause });
    this.name = "HoststackError";
    this.code = code;
    this.remedy = facts.remedy;
    this.details = facts.details ?? {};
    Object.defineProperty(this, brand, { value: true });
  }
};
function isHoststackError(value, code) {
  if (typeof value !== "object" || value === null || !(brand in value)) return false;
  return code === void 0 || ("code" in value && value.code === code);
}

// ../tools/src/kernel/options.ts
function checkOptions(schema, options, what) {
  const outcome = schema.safeParse(options);
  if (outcome.success) return outcome.data;
  const issue = outcome.error.issues[0];
  const field = issue?.path.join(".") ?? "";
  throw new HoststackError(
    "OPTIONS_INVALID",
    `${what} options: ${field === "" ? "" : `"${field}": `}${issue?.message ?? "not as expected"}`,
    { details: { what, field, issues: outcome.error.issues } },
  );
}
function flag(name11, value) {
  if (value === void 0 || value === false) return [];
  return value === true ? [name11] : [name11, String(value)];
}

// ../tools/src/iperf3/options.ts
// ../tools/src/kernel/option-fields.ts
import { z, z as z2 } from "zod";

var portField = z.int().min(1).max(65535);
var addressField = z.string().regex(/^[^\s-]\S*$/, "not an address or host name");
var nameField = z.string().regex(/^[^\s-]\S*$/, "not a device name");
var pathField = z.string().min(1).regex(/^[^-]/, "a path must not start with a dash");
var countField = z.int().min(1);
var extraArgsField = z.array(z.string()).readonly().optional();

// ../tools/src/iperf3/options.ts
var iperf3ServerOptions = z2.strictObject({
  /** Port to listen on. @default 5201 */
  port: portField.default(5201),
  /** Serve one client, then exit. @default true */
  oneOff: z2.boolean().default(true),
  /** Report as JSON. @default true */
  json: z2.boolean().default(true),
  /** Local address to listen on. @default any */
  bindAddress: addressField.optional(),
  /** Core, or `local,remote` cores, to run on. @default unset */
  affinity: nameField.optional(),
  /** Seconds between interval reports. @default 1 */
  intervalS: z2.number().min(0).optional(),
  /** Further arguments, as they are. @default none */
  extraArgs: extraArgsField,
});
var iperf3ClientOptions = z2
  .strictObject({
    /** Server to connect to. */
    address: addressField,
    /** Port of the server. @default 5201 */
    port: portField.default(5201),
    /** Transport protocol. @default "tcp" */
    protocol: z2.enum(["tcp", "udp"]).default("tcp"),
    /** Test time, whole seconds, without `omitS`. @default 10 */
    durationS: countField.default(10),
    /** Seconds at the start that are not counted. @default 0 */
    omitS: z2.int().min(0).max(60).optional(),
    /** Streams at the same time. @default 1 */
    parallel: z2.int().min(1).max(128).optional(),
    /** Target rate of each stream; 0 is unlimited. @default unlimited, 1 Mbit/s for UDP */
    bitsPerS: z2.int().min(0).optional(),
    /** Let the server send. @default false */
    reverse: z2.boolean().optional(),
    /** Send both ways at once. @default false */
    bidirectional: z2.boolean().optional(),
    /** Report as JSON. @default true */
    json: z2.boolean().default(true),
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
    zeroCopy: z2.boolean().optional(),
    /** Congestion control algorithm, TCP only. @default the system's */
    congestion: nameField.optional(),
    /** Set TCP_NODELAY, TCP only. @default false */
    noDelay: z2.boolean().optional(),
    /** Type-of-service byte. @default unset */
    tos: z2.int().min(0).max(255).optional(),
    /** Core, or `local,remote` cores, to run on. @default unset */
    affinity: nameField.optional(),
    /** Seconds between interval reports. @default 1 */
    intervalS: z2.number().min(0).optional(),
    /** Also take the server's report into the client's. @default false */
    getServerOutput: z2.boolean().optional(),
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
  .refine((o) => o.protocol === "tcp" || (o.lengthBytes ?? 16) <= 65507, {
    path: ["lengthBytes"],
    message: "a UDP datagram has at most 65507 bytes",
  });

// ../tools/src/iperf3/argv.ts
function iperf3ServerArgv(options = {}) {
  const o = checkOptions(iperf3ServerOptions, options, "iperf3 server");
  return [
    "iperf3",
    "-s",
    ...flag("-1", o.oneOff),
    ...flag("-p", o.port),
    ...flag("-J", o.json),
    ...flag("-B", o.bindAddress),
    ...flag("-A", o.affinity),
    ...flag("-i", o.intervalS),
    ...(o.extraArgs ?? []),
  ];
}
function iperf3ClientArgv(options) {
  const o = checkOptions(iperf3ClientOptions, options, "iperf3 client");
  return [
    "iperf3",
    ...flag("-c", o.address),
    ...flag("-p", o.port),
    ...flag("-u", o.protocol === "udp"),
    ...flag("-t", o.durationS),
    ...flag("-O", o.omitS),
    ...flag("-P", o.parallel),
    ...flag("-b", o.bitsPerS),
    ...flag("-R", o.reverse),
    ...flag("--bidir", o.bidirectional),
    ...flag("-J", o.json),
    ...flag("-B", o.bindAddress),
    ...flag("--cport", o.clientPort),
    ...flag("-l", o.lengthBytes),
    ...flag("-w", o.windowBytes),
    ...flag("-M", o.mssBytes),
    ...flag("-Z", o.zeroCopy),
    ...flag("-C", o.congestion),
    ...flag("-N", o.noDelay),
    ...flag("-S", o.tos),
    ...flag("-A", o.affinity),
    ...flag("-i", o.intervalS),
    ...flag("--get-server-output", o.getServerOutput),
    ...(o.extraArgs ?? []),
  ];
}
function iperf3Readiness(options = {}) {
  const { port } = checkOptions(iperf3ServerOptions, options, "iperf3 server");
  return { kind: "listening", protocol: "tcp", port };
}
function iperf3Window(options) {
  const o = checkOptions(iperf3ClientOptions, options, "iperf3 client");
  if (o.json) return void 0;
  return {
    opens: {
      line: /^\[\s*\d+\](?:\[\w+-\w+\])? local .* connected to /,
      delayMs: (o.omitS ?? 0) * 1e3,
    },
    closes: { afterMs: o.durationS * 1e3 },
    source: "iperf3 3.12: connection line seen within 10 ms of the start, intervals follow it",
  };
}

// ../tools/src/iperf3/json.ts
import { z as z5 } from "zod";

// ../tools/src/kernel/text.ts
var esc = String.fromCharCode(27);
var ansi = new RegExp(`${esc}\\[[0-9;?]*[ -/]*[@-~]`, "g");
function stripAnsi(text) {
  return text.includes(esc) ? text.replace(ansi, "") : text;
}
function parseFailure(parser, why, toolSays = []) {
  const words = toolSays.length === 0 ? "" : `; the tool says: ${toolSays.join(" | ")}`;
  return new HoststackError("PARSE_FAILED", `${parser}: ${why}${words}`, {
    details: { parser, toolSays },
  });
}
var decimal = /^[+-]?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?$/;
function readNumber(parser, token) {
  if (decimal.test(token)) return Number(token);
  const hint = /^\d[\d.,'\u00a0\u202f]*$/.test(token)
    ? " (run the tool with LC_ALL=C, its numbers are not in C notation)"
    : "";
  throw parseFailure(parser, `"${token}" is not a number${hint}`);
}
function readFiniteNumber(parser, token) {
  if (/^[+-]?(?:nan|inf|infinity)(?:\(.*\))?$/i.test(token)) return void 0;
  return readNumber(parser, token);
}
function withoutUndefined(value) {
  return Object.fromEntries(Object.entries(value).filter(([, v]) => v !== void 0));
}

// ../tools/src/kernel/json-reader.ts
var JsonLines = class {
  lines = [];
  noise = [];
  /** Takes one line of the text. */
  add(text) {
    if (this.lines.length > 0 || /^\s*[[{]/.test(text)) this.lines.push(text);
    else if (text.trim() !== "" && this.noise.length < 20) this.noise.push(text.trim());
  }
};
function parseJson(parser, lines, noise = []) {
  if (lines.length === 0) throw parseFailure(parser, "the text holds no JSON", noise);
  try {
    const value = JSON.parse(lines.join("\n"));
    return value;
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw parseFailure(parser, `the JSON cannot be read (cut or not JSON): ${why}`, noise);
  }
}

// ../tools/src/kernel/parser.ts
function defineParser(definition) {
  const { name: name11, version, reader, schema } = definition;
  const check = (value) => {
    const outcome = schema.safeParse(value);
    if (outcome.success) return outcome.data;
    const issue = outcome.error.issues[0];
    const field = issue?.path.join(".") ?? "";
    throw new HoststackError(
      "PARSE_FAILED",
      `${name11}: ${field === "" ? "the text" : `field "${field}"`} is not as expected: ${issue?.message ?? "no details"}`,
      { details: { parser: name11, field, issues: outcome.error.issues } },
    );
  };
  return {
    name: name11,
    version,
    parse(text) {
      const state = reader();
      for (const line of text.split(/\r?\n/)) state.line(line);
      return check(state.end());
    },
    async parseLines(lines) {
      const state = reader();
      for await (const line of lines) state.line(line);
      return check(state.end());
    },
  };
}

// ../tools/src/iperf3/result.ts
import { z as z3 } from "zod";

var transfer = z3.strictObject({
  bytes: z3.number().min(0),
  durationS: z3.number().min(0),
  bitsPerS: z3.number().min(0),
});
var iperf3ResultSchema = z3.strictObject({
  /** Version the tool names. @default absent */
  version: z3.string().optional(),
  /** Absent when a text does not show it. */
  protocol: z3.enum(["tcp", "udp", "sctp"]).optional(),
  /** Absent when a text does not show it. */
  streams: z3.int().optional(),
  reverse: z3.boolean().optional(),
  bidirectional: z3.boolean().optional(),
  /** Handed to the sender's socket, all streams. Absent where the report does not say. */
  sent: transfer.optional(),
  /** Arrived at the receiver, all streams: the goodput. Absent where the report does not say. */
  received: transfer.optional(),
  /** The other direction of a bidirectional test. */
  reverseSent: transfer.optional(),
  /** The other direction of a bidirectional test. */
  reverseReceived: transfer.optional(),
  /** TCP segments sent again; only where the sender's kernel tells. */
  retransmits: z3.int().min(0).optional(),
  /** UDP only. */
  datagrams: z3
    .strictObject({
      total: z3.int().min(0),
      lost: z3.int(),
      jitterMs: z3.number().min(0).optional(),
      outOfOrder: z3.int().min(0).optional(),
    })
    .optional(),
  congestion: z3.string().optional(),
  /** CPU time of the iperf3 processes over time, in percent of one CPU. */
  cpuPercent: z3.strictObject({ host: z3.number(), remote: z3.number().optional() }).optional(),
  intervals: z3.array(
    z3.strictObject({
      startS: z3.number(),
      endS: z3.number(),
      bitsPerS: z3.number(),
      omitted: z3.boolean(),
    }),
  ),
});

// ../tools/src/iperf3/shape.ts
import { z as z4 } from "zod";

var figure = z4
  .number()
  .nullish()
  .transform((v) => v ?? void 0);
var sum = z4.looseObject({
  seconds: figure,
  bytes: figure,
  bits_per_second: figure,
  retransmits: figure,
  jitter_ms: figure,
  lost_packets: figure,
  packets: figure,
  out_of_order: figure,
  sender: z4.boolean().optional(),
});
var streamEnd = z4.looseObject({
  sender: sum.optional(),
  receiver: sum.optional(),
  udp: sum.optional(),
});
var end = z4.looseObject({
  streams: z4.array(streamEnd).optional(),
  sum: sum.optional(),
  sum_sent: sum.optional(),
  sum_received: sum.optional(),
  sum_sent_bidir_reverse: sum.optional(),
  sum_received_bidir_reverse: sum.optional(),
  cpu_utilization_percent: z4
    .looseObject({
      host_total: figure,
      host_user: figure,
      host_system: figure,
      remote_total: figure,
      remote_user: figure,
      remote_system: figure,
    })
    .optional(),
  sender_tcp_congestion: z4.string().optional(),
  receiver_tcp_congestion: z4.string().optional(),
});
var iperf3Document = z4.looseObject({
  start: z4.looseObject({
    version: z4.string().optional(),
    timestamp: z4.looseObject({ timesecs: z4.number() }).optional(),
    test_start: z4
      .looseObject({
        protocol: z4.string(),
        num_streams: z4.number(),
        blksize: z4.number().optional(),
        omit: z4.number().optional(),
        duration: z4.number().optional(),
        reverse: z4.number().optional(),
        bidir: z4.number().optional(),
      })
      .optional(),
  }),
  intervals: z4.array(
    z4.looseObject({
      sum: sum
        .extend({
          start: z4.number().optional(),
          end: z4.number().optional(),
          omitted: z4.boolean().optional(),
        })
        .optional(),
    }),
  ),
  end,
  error: z4.string().optional(),
});

// ../tools/src/iperf3/stream.ts
var event = /^\s*\{\s*"event"\s*:/;
function isEventStream(lines) {
  return event.test(lines[0] ?? "");
}
function assembleStream(parser, lines) {
  const document = { intervals: [] };
  const intervals2 = [];
  for (const line of lines) {
    if (line.trim() === "") continue;
    const item = readEvent(parser, line);
    if (item.event === "interval") intervals2.push(item.data);
    else if (item.event === "start" || item.event === "end" || item.event === "error") {
      if (document[item.event] !== void 0) {
        throw parseFailure(parser, "the text holds more than one run");
      }
      document[item.event] = item.data;
    }
  }
  return { ...document, intervals: intervals2 };
}
function readEvent(parser, line) {
  try {
    const value = JSON.parse(line);
    if (typeof value === "object" && value !== null && "event" in value && "data" in value) {
      return { event: value.event, data: value.data };
    }
  } catch {}
  throw parseFailure(parser, "a line of the JSON stream is cut or no event");
}

// ../tools/src/iperf3/json.ts
var name = "iperf3-json";
function transfer2(sum2) {
  const { bytes, seconds: durationS, bits_per_second: bitsPerS } = sum2 ?? {};
  if (bytes === void 0 || durationS === void 0 || bitsPerS === void 0) return void 0;
  return { bytes, durationS, bitsPerS };
}
function datagrams(document) {
  const { sum_received: received, sum: sum2 } = document.end;
  const best = received?.packets !== void 0 && received.packets > 0 ? received : sum2;
  if (best?.packets === void 0) return void 0;
  const outOfOrder = (document.end.streams ?? []).map(({ udp }) => udp?.out_of_order);
  return withoutUndefined({
    total: best.packets,
    lost: best.lost_packets ?? 0,
    jitterMs: best.jitter_ms,
    outOfOrder: outOfOrder.every((n) => n !== void 0)
      ? outOfOrder.reduce((a, n) => a + (n ?? 0), 0)
      : void 0,
  });
}
function udpTransfers(document) {
  const { sum: sum2, sum_sent, sum_received, streams } = document.end;
  if (sum_sent !== void 0 || sum_received !== void 0) {
    return { sent: transfer2(sum_sent), received: transfer2(sum_received) };
  }
  const all = transfer2(sum2);
  const senderSide = streams?.some(({ udp }) => udp?.sender === false) ? false : void 0;
  if (all === void 0 || senderSide === false) return { received: all };
  const { packets, lost_packets: lost } = sum2 ?? {};
  if (packets === void 0 || packets === 0 || lost === void 0) return { sent: all };
  const share = (packets - lost) / packets;
  const arrived = { ...all, bytes: all.bytes * share, bitsPerS: all.bitsPerS * share };
  return { sent: all, received: arrived };
}
function known(value) {
  return value === void 0 || value.bytes === 0 ? void 0 : value;
}
function cpu(document) {
  const use = document.end.cpu_utilization_percent;
  if (use?.host_total === void 0) return void 0;
  return withoutUndefined({ host: use.host_total, remote: use.remote_total });
}
function intervals(document) {
  return document.intervals.flatMap(({ sum: sum2 }) => {
    const { start: startS, end: endS, bits_per_second: bitsPerS, omitted = false } = sum2 ?? {};
    if (startS === void 0 || endS === void 0 || bitsPerS === void 0) return [];
    return [{ startS, endS, bitsPerS, omitted }];
  });
}
function interpret(document) {
  const { start, end: end2 } = document;
  const protocol = start.test_start?.protocol.toLowerCase();
  const main =
    protocol === "udp"
      ? udpTransfers(document)
      : { sent: transfer2(end2.sum_sent), received: transfer2(end2.sum_received) };
  const [sent, received] = [known(main.sent), known(main.received)];
  if (sent === void 0 && received === void 0) {
    throw parseFailure(name, "the report has no totals; the test did not finish or moved no data");
  }
  return withoutUndefined({
    version: start.version?.replace(/^iperf\s+/, ""),
    protocol,
    streams: start.test_start?.num_streams,
    reverse: start.test_start?.reverse === 1 || void 0,
    bidirectional: start.test_start?.bidir === 1 || void 0,
    sent,
    received,
    reverseSent: known(transfer2(end2.sum_sent_bidir_reverse)),
    reverseReceived: known(transfer2(end2.sum_received_bidir_reverse)),
    retransmits: end2.sum_sent?.retransmits,
    datagrams: protocol === "udp" ? datagrams(document) : void 0,
    congestion: end2.sender_tcp_congestion,
    cpuPercent: cpu(document),
    intervals: intervals(document),
  });
}
var iperf3JsonParser = defineParser({
  name,
  version: 1,
  schema: iperf3ResultSchema,
  reader: () => {
    const text = new JsonLines();
    return {
      line: (line) => text.add(line),
      end() {
        const value = isEventStream(text.lines)
          ? assembleStream(name, text.lines)
          : parseJson(name, text.lines, text.noise);
        const error = z5.looseObject({ error: z5.string() }).safeParse(value);
        if (error.success) throw parseFailure(name, "the test failed", [error.data.error]);
        const document = iperf3Document.safeParse(value);
        if (document.success) return interpret(document.data);
        const issue = document.error.issues[0];
        throw parseFailure(
          name,
          `not a report of iperf3: field "${issue?.path.join(".") ?? ""}": ${issue?.message ?? ""}`,
        );
      },
    };
  },
});

// ../tools/src/kernel/units.ts
var bytesPerMib = 2 ** 20;
var toolUnits = {
  "perftest MB/sec": { base: "bytes/s", factor: bytesPerMib },
  "perftest MiB/sec": { base: "bytes/s", factor: bytesPerMib },
  "perftest Gb/sec": { base: "bit/s", factor: 1e9 },
  "perftest Mpps": { base: "count/s", factor: 1e6 },
  "perftest usec": { base: "s", factor: 1e-6 },
  "perftest tps": { base: "count/s", factor: 1 },
  "sockperf MBps": { base: "bytes/s", factor: bytesPerMib },
  "sockperf Mbps": { base: "bit/s", factor: bytesPerMib },
  "sockperf GBps": { base: "bytes/s", factor: 1e3 * bytesPerMib },
  "sockperf Gbps": { base: "bit/s", factor: 1e3 * bytesPerMib },
  "sockperf msg/sec": { base: "count/s", factor: 1 },
  "sockperf usec": { base: "s", factor: 1e-6 },
  "iperf3 Bytes": { base: "bytes", factor: 1 },
  "iperf3 KBytes": { base: "bytes", factor: 2 ** 10 },
  "iperf3 MBytes": { base: "bytes", factor: 2 ** 20 },
  "iperf3 GBytes": { base: "bytes", factor: 2 ** 30 },
  "iperf3 TBytes": { base: "bytes", factor: 2 ** 40 },
  "iperf3 bits/sec": { base: "bit/s", factor: 1 },
  "iperf3 Kbits/sec": { base: "bit/s", factor: 1e3 },
  "iperf3 Mbits/sec": { base: "bit/s", factor: 1e6 },
  "iperf3 Gbits/sec": { base: "bit/s", factor: 1e9 },
  "iperf3 Tbits/sec": { base: "bit/s", factor: 1e12 },
  "iperf3 ms": { base: "s", factor: 1e-3 },
  "ethtool Mb/s": { base: "bit/s", factor: 1e6 },
};
function toSi(value, unit) {
  const { factor } = toolUnits[unit];
  return factor < 1 ? value / Math.round(1 / factor) : value * factor;
}
function fromSi(value, unit) {
  const { factor } = toolUnits[unit];
  return factor < 1 ? value * Math.round(1 / factor) : value / factor;
}
function bitsOfBytes(bytesPerS) {
  return bytesPerS * 8;
}
function bytesOfBits(bitsPerS) {
  return bitsPerS / 8;
}

// ../tools/src/iperf3/samples.ts
function rate(metric, value, definition) {
  if (value === void 0) return [];
  return [{ metric, value: value.bitsPerS, unit: "bit/s", definition, better: "higher" }];
}
function datagramSamples(datagrams2) {
  if (datagrams2 === void 0) return [];
  const { lost, total, jitterMs } = datagrams2;
  const loss =
    total === 0
      ? []
      : [
          {
            metric: "lossRatio",
            value: lost / total,
            unit: "ratio",
            asReported: { value: `${lost}/${total}`, unit: "Lost/Total Datagrams" },
            definition: "datagrams missing at the receiver over datagrams sent",
            better: "lower",
          },
        ];
  if (jitterMs === void 0) return loss;
  return [
    ...loss,
    {
      metric: "jitter",
      value: toSi(jitterMs, "iperf3 ms"),
      unit: "s",
      asReported: { value: String(jitterMs), unit: "ms" },
      definition: "smoothed difference of transit times, RFC 1889",
      better: "lower",
    },
  ];
}
function iperf3Samples(result10) {
  const { retransmits, cpuPercent } = result10;
  return [
    ...rate("goodput", result10.received, "payload that arrived at the receiver"),
    ...rate("sentRate", result10.sent, "payload handed to the sender's socket"),
    ...rate("reverseGoodput", result10.reverseReceived, "payload that arrived, server to client"),
    ...rate("reverseSentRate", result10.reverseSent, "payload sent, server to client"),
    ...(retransmits === void 0
      ? []
      : [{ metric: "retransmits", value: retransmits, unit: "count", better: "lower" }]),
    ...datagramSamples(result10.datagrams),
    ...(cpuPercent === void 0
      ? []
      : [
          {
            metric: "cpuUtilisation",
            value: cpuPercent.host / 100,
            unit: "ratio",
            asReported: { value: String(cpuPercent.host), unit: "%" },
            definition: "CPU time of this iperf3 process over time; 1 is one CPU",
            better: "lower",
          },
        ]),
  ];
}

// ../tools/src/kernel/format.ts
var prefixes = [
  [1e12, "T"],
  [1e9, "G"],
  [1e6, "M"],
  [1e3, "k"],
  [1, ""],
  [1e-3, "m"],
  [1e-6, "\xB5"],
  [1e-9, "n"],
];
var shown = {
  "bit/s": { suffix: "bit/s", small: false },
  "bytes/s": { suffix: "B/s", small: false },
  bytes: { suffix: "B", small: false },
  "count/s": { suffix: "/s", small: false },
  count: { suffix: "", small: false },
  ratio: { suffix: "", small: false },
  s: { suffix: "s", small: true },
};
function threeDigits(value) {
  const text = value.toPrecision(3);
  return text.includes("e") ? value.toFixed(0) : text;
}
function formatSi(value, unit) {
  const { suffix, small } = shown[unit];
  if (!Number.isFinite(value)) return `${value} ${suffix}`.trim();
  if (unit === "ratio") return threeDigits(value);
  const size = Math.abs(value);
  const floor = small ? 1e-9 : 1;
  const ceiling = unit === "s" ? 1 : 1e12;
  const step = prefixes.find(
    ([factor2]) => factor2 <= ceiling && factor2 >= floor && size >= factor2 * 0.9995,
  );
  const [factor, prefix] = size === 0 ? [1, ""] : (step ?? [floor, small ? "n" : ""]);
  const scaled2 = value / factor;
  const digits2 = unit === "count" && prefix === "" && Number.isInteger(value);
  return `${digits2 ? String(value) : threeDigits(scaled2)} ${prefix}${suffix}`.trim();
}

// ../tools/src/perftest/options.ts
import { z as z6 } from "zod";

var perftestTests = [
  "send_bw",
  "write_bw",
  "read_bw",
  "atomic_bw",
  "send_lat",
  "write_lat",
  "read_lat",
  "atomic_lat",
];
var fields = z6.strictObject({
  /** Which program: `send_bw` is `ib_send_bw`. */
  test: z6.enum(perftestTests),
  /** RDMA device. @default the first found */
  device: nameField.optional(),
  /** Port of the device. @default 1 */
  devicePort: countField.optional(),
  /** Index of the GID; RoCE v2 over IPv4 is often 1. @default chosen by perftest */
  gidIndex: z6.int().min(0).max(255).optional(),
  /** TCP port of the parameter exchange. @default 18515 */
  port: portField.default(18515),
  /** Message size. @default 65536 for bandwidth, 2 for latency, 8 for atomic */
  messageBytes: z6.int().min(1).max(2147483647).optional(),
  /** All sizes from 2 to 2^23. @default false */
  allSizes: z6.boolean().optional(),
  /** Exchanges per queue pair; excludes `durationS`. @default 1000 (5000 for write bandwidth) */
  iterations: z6.int().min(5).optional(),
  /** Run time instead of iterations; only the part between the margins is measured. @default unset */
  durationS: countField.optional(),
  /** Time left out at each end of `durationS`. @default a quarter of it, rounded down */
  marginS: z6.int().min(0).optional(),
  /** Retry timer of the queue pair, 4.096 µs * 2^n; 20 helps on slow hosts. @default 14 */
  qpTimeout: z6.int().min(0).max(31).optional(),
  /** Queue pairs of a bandwidth test. @default 1 */
  qpCount: countField.optional(),
  /** Send queue depth of a bandwidth test. @default 128 */
  txDepth: countField.optional(),
  /** Receive queue depth of send. @default 512 */
  rxDepth: countField.optional(),
  /** One completion per this many sends in a bandwidth test. @default 100, 1 above 8 KiB */
  cqModeration: countField.optional(),
  /** Measure both directions of a bandwidth test and report the sum. @default false */
  bidirectional: z6.boolean().optional(),
  /** Sleep on completion events instead of polling; not for write, not with `durationS`. @default false */
  events: z6.boolean().optional(),
  /** Connect queue pairs with rdma_cm. @default false */
  useRdmaCm: z6.boolean().optional(),
  /** Report Gb/s (10^9 bit) instead of MiB/s. @default false */
  reportGbits: z6.boolean().optional(),
  /** Report the CPU use of the whole machine; needs `durationS`. @default false */
  cpuUtil: z6.boolean().optional(),
  /** Transport of the queue pairs. @default "RC" */
  connection: z6.enum(["RC", "UC", "UD", "XRC", "DC", "SRD"]).optional(),
  /** Path MTU. @default the active MTU of the port */
  mtuBytes: z6.literal([256, 512, 1024, 2048, 4096]).optional(),
  /** Largest inline message of send and write. @default chosen by perftest */
  inlineBytes: z6.int().min(0).optional(),
  /** Outstanding reads or atomics. @default the device's limit */
  outstandingReads: countField.optional(),
  /** Service level. @default 0 */
  serviceLevel: z6.int().min(0).max(15).optional(),
  /** Print every latency, sorted. @default false */
  histogram: z6.boolean().optional(),
  /** Print every latency in order of time. @default false */
  unsorted: z6.boolean().optional(),
  /** Print latencies in CPU cycles. @default false */
  cycles: z6.boolean().optional(),
  /** Do not check that the CPU runs at its top frequency. @default true */
  ignoreCpuFrequency: z6.boolean().default(true),
  /** File for perftest's JSON report, written on each side. @default none */
  jsonPath: pathField.optional(),
  /** Further arguments of both sides, as they are. @default none */
  extraArgs: extraArgsField,
});
var isLatency = (o) => o.test.endsWith("_lat");
var verb = (o) => o.test.slice(0, o.test.indexOf("_"));
var oneSided = (o) => verb(o) === "read" || verb(o) === "atomic";
var rules = [
  [(o) => o.iterations !== void 0 && o.durationS !== void 0, "durationS", "excludes iterations"],
  [
    (o) => !!o.events && o.durationS !== void 0,
    "events",
    "duration mode does not work with events",
  ],
  [(o) => !!o.events && verb(o) === "write", "events", "events are not available for write"],
  [
    (o) => !!o.allSizes && o.durationS !== void 0,
    "allSizes",
    "duration mode does not run all sizes",
  ],
  [(o) => !!o.allSizes && o.messageBytes !== void 0, "messageBytes", "excludes allSizes"],
  [(o) => !!o.cpuUtil && o.durationS === void 0, "cpuUtil", "works only with durationS"],
  [(o) => o.marginS !== void 0 && o.durationS === void 0, "marginS", "needs durationS"],
  [
    (o) => o.durationS !== void 0 && o.marginS !== void 0 && o.durationS <= 2 * o.marginS,
    "marginS",
    "durationS must be more than twice the margin",
  ],
  [
    (o) => verb(o) === "atomic" && (o.messageBytes ?? 8) !== 8,
    "messageBytes",
    "atomics have 8 bytes",
  ],
  [(o) => verb(o) === "atomic" && !!o.allSizes, "allSizes", "atomics have 8 bytes"],
  [(o) => isLatency(o) && o.qpCount !== void 0, "qpCount", "only for bandwidth tests"],
  [(o) => isLatency(o) && o.txDepth !== void 0, "txDepth", "only for bandwidth tests"],
  [(o) => isLatency(o) && o.cqModeration !== void 0, "cqModeration", "only for bandwidth tests"],
  [(o) => isLatency(o) && !!o.bidirectional, "bidirectional", "only for bandwidth tests"],
  [(o) => isLatency(o) && !!o.reportGbits, "reportGbits", "only for bandwidth tests"],
  [(o) => !isLatency(o) && !!o.histogram, "histogram", "only for latency tests"],
  [(o) => !isLatency(o) && !!o.unsorted, "unsorted", "only for latency tests"],
  [(o) => !isLatency(o) && !!o.cycles, "cycles", "only for latency tests"],
  [(o) => o.rxDepth !== void 0 && verb(o) !== "send", "rxDepth", "only for send tests"],
  [(o) => o.inlineBytes !== void 0 && oneSided(o), "inlineBytes", "not for read and atomic"],
  [
    (o) => o.outstandingReads !== void 0 && !oneSided(o),
    "outstandingReads",
    "only for read and atomic",
  ],
  [(o) => o.connection === "UC" && oneSided(o), "connection", "UC has no read and no atomic"],
  [(o) => o.connection === "UD" && verb(o) !== "send", "connection", "UD has only send"],
  [
    (o) => o.connection === "SRD" && verb(o) !== "send" && verb(o) !== "read",
    "connection",
    "SRD has only send and read",
  ],
];
var perftestOptions = fields.superRefine((options, context) => {
  for (const [broken, field, message] of rules) {
    if (broken(options)) context.addIssue({ code: "custom", path: [field], message });
  }
});
var perftestServerAddress = addressField;

// ../tools/src/perftest/argv.ts
function workArgs(o) {
  return [
    ...flag("-s", o.test.startsWith("atomic") ? void 0 : o.messageBytes),
    ...flag("-a", o.allSizes),
    ...flag("-n", o.iterations),
    ...flag("-D", o.durationS),
    ...flag("-f", o.marginS),
    ...flag("-q", o.qpCount),
    ...flag("-t", o.txDepth),
    ...flag("-r", o.rxDepth),
    ...flag("-Q", o.cqModeration),
    ...flag("-b", o.bidirectional),
    ...flag("-e", o.events),
  ];
}
function linkArgs(o) {
  return [
    ...flag("-d", o.device),
    ...flag("-i", o.devicePort),
    ...flag("-x", o.gidIndex),
    ...flag("-p", o.port),
    ...flag("-F", o.ignoreCpuFrequency),
    ...flag("-u", o.qpTimeout),
    ...flag("-R", o.useRdmaCm),
    ...flag("-c", o.connection),
    ...flag("-m", o.mtuBytes),
    ...flag("-I", o.inlineBytes),
    ...flag("-o", o.outstandingReads),
    ...flag("-S", o.serviceLevel),
  ];
}
function reportArgs(o) {
  return [
    ...flag("--report_gbits", o.reportGbits),
    ...flag("--cpu_util", o.cpuUtil),
    ...flag("-H", o.histogram),
    ...flag("-U", o.unsorted),
    ...flag("-C", o.cycles),
    ...(o.jsonPath === void 0 ? [] : ["--out_json", `--out_json_file=${o.jsonPath}`]),
    ...(o.extraArgs ?? []),
  ];
}
function perftestServerArgv(options) {
  const o = checkOptions(perftestOptions, options, "perftest");
  return [`ib_${o.test}`, ...linkArgs(o), ...workArgs(o), ...reportArgs(o)];
}
function perftestClientArgv(options, serverAddress) {
  const address = checkOptions(perftestServerAddress, serverAddress, "perftest server address");
  return [...perftestServerArgv(options), address];
}

// ../tools/src/perftest/bandwidth.ts
import { z as z8 } from "zod";

// ../tools/src/perftest/bandwidth-row.ts
var mib = 2 ** 20;
var bytesPerGbit = 125e6;
function figure2(parser, text, decimals) {
  if (text === void 0) return void 0;
  const value = readFiniteNumber(parser, text);
  if (value === void 0 || value <= 0) return void 0;
  const printed = Math.max(decimals, text.split(".")[1]?.length ?? 0);
  return { value, relativeError: (0.5 * 10 ** -printed) / value };
}
function scaled(f, factor) {
  return f === void 0 ? void 0 : { ...f, value: f.value * factor };
}
function agree(a, b) {
  const allowed = (a.relativeError + b.relativeError) * 1.1 + 1e-6;
  return Math.abs(a.value - b.value) <= allowed * Math.max(a.value, b.value);
}
function unitBytes(unit, average, byRate) {
  if (unit === "Gb/sec") return { unit, bytes: bytesPerGbit };
  if (unit !== void 0) return { unit, bytes: mib };
  if (average === void 0 || byRate === void 0) return void 0;
  const ratio = byRate.value / average.value;
  const [near, bytes, name11] =
    Math.abs(Math.log(ratio / mib)) < Math.abs(Math.log(ratio / bytesPerGbit))
      ? [ratio / mib, mib, "MiB/sec"]
      : [ratio / bytesPerGbit, bytesPerGbit, "Gb/sec"];
  return near > 0.2 && near < 5 ? { unit: name11, bytes } : void 0;
}
function wholeNumber(parser, text, column) {
  if (text === void 0 || !/^\d+$/.test(text)) {
    throw parseFailure(parser, `the column ${column} is missing or no count`);
  }
  return Number(text);
}
function rates(average, byRate, iterations) {
  if (average === void 0 && byRate === void 0) {
    return {
      invalid: `no rate although ${iterations} iterations are reported: perftest could not calibrate its cycle counter, or the rate is below the printed digits`,
    };
  }
  if (average !== void 0 && byRate !== void 0 && !agree(average, byRate)) {
    return { invalid: "BW average and MsgRate of the row disagree" };
  }
  const fromAverage =
    byRate === void 0 || (average !== void 0 && average.relativeError <= byRate.relativeError);
  const best = fromAverage ? average : byRate;
  return {
    bytesPerS: best?.value,
    relativeError: best?.relativeError,
    derivedFrom: fromAverage ? "BW average" : "MsgRate",
  };
}
function readBandwidthRow(parser, row3) {
  const { text, units } = row3;
  const messageBytes = wholeNumber(parser, text.messageBytes, "#bytes");
  const iterations = wholeNumber(parser, text.iterations, "#iterations");
  if (text.average === void 0 || text.messageRate === void 0) {
    throw parseFailure(parser, "the row has no BW average and MsgRate");
  }
  const messageRate = figure2(parser, text.messageRate, 6);
  const byRate = scaled(messageRate, 1e6 * messageBytes);
  const average = figure2(parser, text.average, 2);
  const unit = unitBytes(units.average, average, byRate);
  const peak2 = figure2(parser, text.peak, 2);
  const rate3 = rates(unit && scaled(average, unit.bytes), byRate, iterations);
  return withoutUndefined({
    messageBytes,
    iterations,
    ...rate3,
    messagesPerS: rate3.bytesPerS === void 0 ? void 0 : rate3.bytesPerS / messageBytes,
    peakBytesPerS: unit && scaled(peak2, unit.bytes)?.value,
    cpuUtilPercent: text.cpuUtil === void 0 ? void 0 : readFiniteNumber(parser, text.cpuUtil),
    reported: withoutUndefined({
      peak: text.peak,
      average: text.average,
      unit: unit?.unit,
      messageRate: text.messageRate,
    }),
  });
}

// ../tools/src/perftest/columns.ts
var title =
  /#bytes|#iterations|#sl|BW (?:peak|average|Port\d)\[[^\]]+\]|MsgRate(?: Port\d)?\[[^\]]+\]|t_\w+\[\w+\]|99(?:\.9)?% percentile\[\w+\]|tps average|CPU_Util\[%+\]/g;
var keys = {
  "#bytes": "messageBytes",
  "#iterations": "iterations",
  "#sl": "serviceLevel",
  "BW peak": "peak",
  "BW average": "average",
  MsgRate: "messageRate",
  t_min: "min",
  t_max: "max",
  t_typical: "typical",
  t_avg: "mean",
  t_stdev: "stdDev",
  "99% percentile": "p99",
  "99.9% percentile": "p999",
  "tps average": "transactionsPerS",
  CPU_Util: "cpuUtil",
};
function readColumns(line) {
  if (!/^\s*#bytes\s+#/.test(line)) return void 0;
  return [...line.matchAll(title)].map(([text]) => {
    const parts = /^([^[]+)(?:\[([^\]]+)\])?$/.exec(text);
    return { key: keys[parts?.[1] ?? ""] ?? "other", unit: parts?.[2] };
  });
}
var digits = {
  messageBytes: /^\d+$/,
  iterations: /^\d+$/,
  serviceLevel: /^\d+$/,
  peak: /\.(\d{2}|\d{6})$/,
  average: /\.(\d{2}|\d{6})$/,
  messageRate: /\.\d{6}$/,
  other: /\.(\d{2}|\d{6})$/,
  min: /\.\d{2}$/,
  max: /\.\d{2}$/,
  typical: /\.\d{2}$/,
  mean: /\.\d{2}$/,
  stdDev: /\.\d{2}$/,
  p99: /\.\d{2}$/,
  p999: /\.\d{2}$/,
  transactionsPerS: /\.\d{2}$/,
  cpuUtil: /\.\d{2}$/,
};
function isWholeField(key, token) {
  return digits[key].test(token) || /^-?(?:nan|inf)$/i.test(token);
}

// ../tools/src/perftest/json.ts
function section(value) {
  if (typeof value !== "object" || value === null) return {};
  return Object.fromEntries(Object.entries(value).map(([key, v]) => [key.trim(), String(v)]));
}
function readStrict(text) {
  try {
    const value = JSON.parse(text);
    if (typeof value !== "object" || value === null || !("results" in value)) return void 0;
    return {
      info: section("test_info" in value ? value.test_info : {}),
      results: section(value.results),
    };
  } catch {
    return void 0;
  }
}
function readPerftestJson(lines) {
  const sections = { test_info: {}, results: {} };
  let current = {};
  let depth = 0;
  for (const line of lines) {
    const opening = /^\s*"?(\w*)"?\s*:?\s*\{\s*$/.exec(line);
    const pair = /^\s*"?([^":{}]+?)"?\s*:\s*"?(.*?)"?\s*,?\s*$/.exec(line);
    if (opening !== null) {
      depth += 1;
      current = sections[opening[1] ?? ""] ?? {};
    } else if (/^\s*\}\s*,?\s*$/.test(line)) depth -= 1;
    else if (pair !== null) current[pair[1] ?? ""] = pair[2] ?? "";
    else if (line.trim() !== "") return readStrict(lines.join("\n"));
  }
  if (depth !== 0) return void 0;
  const { test_info: info = {}, results = {} } = sections;
  return Object.keys(results).length === 0 ? readStrict(lines.join("\n")) : { info, results };
}

// ../tools/src/perftest/words.ts
var statusNames = [
  "SUCCESS",
  "LOC_LEN_ERR",
  "LOC_QP_OP_ERR",
  "LOC_EEC_OP_ERR",
  "LOC_PROT_ERR",
  "WR_FLUSH_ERR",
  "MW_BIND_ERR",
  "BAD_RESP_ERR",
  "LOC_ACCESS_ERR",
  "REM_INV_REQ_ERR",
  "REM_ACCESS_ERR",
  "REM_OP_ERR",
  "RETRY_EXC_ERR",
  "RNR_RETRY_EXC_ERR",
  "LOC_RDD_VIOL_ERR",
  "REM_INV_RD_REQ_ERR",
  "REM_ABORT_ERR",
  "INV_EECN_ERR",
  "INV_EEC_STATE_ERR",
  "FATAL_ERR",
  "RESP_TIMEOUT_ERR",
  "GENERAL_ERR",
];
function workCompletionStatus(status) {
  return statusNames[status];
}
var trouble =
  /fail|error|couldn't|unable|not found|invalid|doesn't work|works only|isn't supported|not supported|not possible|please check|did not get message|can't|correlation coefficient|cpu frequency|ld\.so:|unexpected|scnt=|no such/i;
function perftestComplaint(line) {
  const text = line.trim();
  if (!trouble.test(text)) return void 0;
  const status = /Failed status (\d+)/.exec(text);
  const spelled = status === null ? void 0 : workCompletionStatus(Number(status[1]));
  return spelled === void 0 ? text : `${text} (IBV_WC_${spelled})`;
}
function perftestComplaints(text) {
  return text.split(/\r?\n/).flatMap((line) => perftestComplaint(line) ?? []);
}

// ../tools/src/perftest/report.ts
var jsonKeys = {
  MsgSize: "messageBytes",
  n_iterations: "iterations",
  sl: "serviceLevel",
  BW_peak: "peak",
  BW_average: "average",
  MsgRate: "messageRate",
  CPU_util: "cpuUtil",
  t_min: "min",
  t_max: "max",
  t_typical: "typical",
  t_avg: "mean",
  t_stdev: "stdDev",
  percentile_99: "p99",
  "percentile_99.9": "p999",
  tps_average: "transactionsPerS",
};
var ReportReader = class {
  #parser;
  #onDump;
  #rows = [];
  #info = {};
  #warnings = [];
  #json = [];
  #test;
  #columns;
  #inTable = false;
  #complete = false;
  constructor(parser, onDump = () => {}) {
    this.#parser = parser;
    this.#onDump = onDump;
  }
  line(text) {
    const line = stripAnsi(text);
    if (this.#json.length > 0 || /^\s*\{/.test(line)) {
      if (this.#json.length < 500) this.#json.push(line);
      return;
    }
    const columns = readColumns(line);
    if (columns !== void 0) {
      this.#columns = columns;
      this.#inTable = true;
      return;
    }
    const complaint = perftestComplaint(line);
    if (complaint !== void 0) {
      if (this.#warnings.length < 20) this.#warnings.push(complaint);
    } else if (/^-{20,}\s*$/.test(line)) this.#ruler();
    else if (/^\s*(?:#, (?:usec|cycles)|\d+, \S+)\s*$/.test(line)) this.#onDump(line.trim());
    else if (this.#inTable) this.#row(line);
    else this.#banner(line);
  }
  #ruler() {
    this.#inTable = false;
    if (this.#rows.length > 0) this.#complete = true;
  }
  #banner(line) {
    const title2 = /^\s{5,}(\w+ .*\bTest)\s*$/.exec(line);
    if (title2 !== null) {
      if (this.#test !== void 0) throw this.failure("the text holds more than one run");
      this.#test = title2[1];
    }
    for (const part of line.split(/\t\t+/)) {
      const pair = /^\s*([A-Za-z][\w .*]*?)\s*:\s*(\S.*?)\s*$/.exec(part);
      if (pair?.[1] !== void 0) this.#info[pair[1]] ??= pair[2] ?? "";
    }
  }
  #row(line) {
    const fields2 = line.trim().split(/\s+/);
    if (!/^\d+$/.test(fields2[0] ?? "")) return;
    const columns = this.#columns ?? [];
    const whole2 = columns.every(({ key }, i) => isWholeField(key, fields2[i] ?? ""));
    if (fields2.length !== columns.length || !whole2) {
      throw this.failure(`the row "${line.trim()}" does not fit its header; it is cut or garbled`);
    }
    const named = columns.map(({ key, unit }, i) => ({ key, unit, text: fields2[i] }));
    this.#rows.push({
      text: Object.fromEntries(named.map(({ key, text }) => [key, text])),
      units: Object.fromEntries(named.map(({ key, unit }) => [key, unit])),
    });
  }
  /** The report; a text without a result row is PARSE_FAILED with the tool's words. */
  end() {
    const report = {
      test: this.#test,
      info: this.#info,
      rows: this.#rows,
      complete: this.#complete,
      warnings: this.#warnings,
    };
    if (this.#rows.length > 0) return report;
    const json = readPerftestJson(this.#json);
    if (json === void 0) {
      throw this.failure(
        this.#json.length > 0 ? "the JSON report is cut or holds no results" : "no result row",
      );
    }
    const { test: title2 } = json.info;
    const test = title2?.replaceAll(/_(?=BW|Latency|Test|Bidirectional|Post)/g, " ");
    return {
      ...report,
      test,
      info: json.info,
      rows: [this.#jsonRow(json.results)],
      complete: true,
    };
  }
  #jsonRow(results) {
    const text = {};
    for (const [key, value] of Object.entries(results)) {
      const column = jsonKeys[key];
      if (column !== void 0) text[column] = value;
    }
    return { text, units: {} };
  }
  /** The error for a text without a usable result. */
  failure(why) {
    return parseFailure(this.#parser, why, this.#warnings);
  }
};

// ../tools/src/perftest/setup.ts
import { z as z7 } from "zod";

var perftestVerb = z7.enum(["send", "write", "read", "atomic"]);
var perftestSetup = z7.strictObject({
  device: z7.string().optional(),
  connection: z7.string().optional(),
  linkType: z7.string().optional(),
  mtuBytes: z7.int().optional(),
  qpCount: z7.int().optional(),
  gidIndex: z7.int().optional(),
  events: z7.boolean().optional(),
});
function whole(text) {
  const digits2 = /^(\d+)(?:\[B\])?$/.exec(text ?? "");
  return digits2 === null ? void 0 : Number(digits2[1]);
}
function pick(info, ...names) {
  const value = names.map((name11) => info[name11]).find((v) => v !== void 0);
  return value === void 0 || value === "" ? void 0 : value;
}
function readSetup(report) {
  const { info, test } = report;
  const verb2 = /\b(?:RDMA_)?(Send|Write|Read|Atomic)/.exec(test ?? "")?.[1]?.toLowerCase();
  return withoutUndefined({
    test,
    verb: verb2,
    setup: withoutUndefined({
      device: pick(info, "Device"),
      connection: pick(info, "Connection type", "Connection_type"),
      linkType: pick(info, "Link type", "Link_type"),
      mtuBytes: whole(pick(info, "Mtu")),
      qpCount: whole(pick(info, "Number of qps", "Number_of_qps")),
      gidIndex: whole(pick(info, "GID index", "GID_index")),
      events: "Test with events" in info || void 0,
    }),
    complete: report.complete,
    warnings: [...report.warnings],
  });
}

// ../tools/src/perftest/bandwidth.ts
var name2 = "perftest-bandwidth";
var row = z8.strictObject({
  messageBytes: z8.int().min(1),
  /** Messages completed; with several queue pairs of all of them. */
  iterations: z8.int().min(0),
  /** Absent when the row is invalid. */
  bytesPerS: z8.number().positive().optional(),
  /** Absent when the row is invalid. */
  messagesPerS: z8.number().positive().optional(),
  /** Largest relative error that the rounding of the printed column can hide. */
  relativeError: z8.number().optional(),
  /** The column the rates are from: the one whose rounding hurts less. */
  derivedFrom: z8.enum(["BW average", "MsgRate"]).optional(),
  /** Absent when not measured: with a duration, -N, above 20000 iterations, or on a receiver. */
  peakBytesPerS: z8.number().positive().optional(),
  /** Whole machine, from /proc/stat; 0 on the passive side of write and read. */
  cpuUtilPercent: z8.number().optional(),
  /** Why the row must not be used, nor a sum that contains it. */
  invalid: z8.string().optional(),
  /** The tool's own figures; MB and MiB both mean 2^20 bytes. */
  reported: z8.strictObject({
    peak: z8.string().optional(),
    average: z8.string(),
    unit: z8.string().optional(),
    messageRate: z8.string(),
  }),
});
var result = z8.strictObject({
  kind: z8.literal("bandwidth"),
  /** Title of the test. @default absent */
  test: z8.string().optional(),
  verb: perftestVerb.optional(),
  setup: perftestSetup,
  rows: z8.array(row).min(1),
  /** Whether the table was closed; false for a test that was killed between sizes. */
  complete: z8.boolean(),
  /** What perftest complained about in the same text. */
  warnings: z8.array(z8.string()),
});
var perftestBandwidthParser = defineParser({
  name: name2,
  version: 1,
  schema: result,
  reader: () => {
    const report = new ReportReader(name2);
    return {
      line: (text) => report.line(text),
      end() {
        const read = report.end();
        if (read.rows.some(({ text }) => text.mean !== void 0 || text.min !== void 0)) {
          throw report.failure("this is the result of a latency test");
        }
        return {
          kind: "bandwidth",
          ...readSetup(read),
          rows: read.rows.map((r) => readBandwidthRow(name2, r)),
        };
      },
    };
  },
});

// ../tools/src/perftest/latency.ts
import { z as z9 } from "zod";

// ../tools/src/kernel/distribution.ts
var growth = 1.01;
var logGrowth = Math.log(growth);
var Distribution = class {
  #count = 0;
  #mean = 0;
  #squares = 0;
  #min = Number.POSITIVE_INFINITY;
  #max = Number.NEGATIVE_INFINITY;
  #buckets = /* @__PURE__ */ new Map();
  /** Takes one value (Welford's recurrence, and a bucket on a logarithmic scale). */
  add(value) {
    this.#count += 1;
    const delta = value - this.#mean;
    this.#mean += delta / this.#count;
    this.#squares += delta * (value - this.#mean);
    this.#min = Math.min(this.#min, value);
    this.#max = Math.max(this.#max, value);
    const key = value > 0 ? Math.ceil(Math.log(value) / logGrowth) : Number.MIN_SAFE_INTEGER;
    this.#buckets.set(key, (this.#buckets.get(key) ?? 0) + 1);
  }
  /** Number of values taken. */
  get count() {
    return this.#count;
  }
  /** Count, exact mean, population deviation and bounds; undefined before the first value. */
  summary() {
    if (this.#count === 0) return void 0;
    return {
      count: this.#count,
      mean: this.#mean,
      stdDev: Math.sqrt(this.#squares / this.#count),
      min: this.#min,
      max: this.#max,
    };
  }
  /** The value below which `percent` of the values lie, within 0.5 percent. */
  percentile(percent) {
    if (this.#count === 0) return void 0;
    const rank = Math.max(1, Math.ceil((percent / 100) * this.#count));
    let seen = 0;
    for (const key of [...this.#buckets.keys()].sort((a, b) => a - b)) {
      seen += this.#buckets.get(key) ?? 0;
      if (seen < rank) continue;
      const middle = key === Number.MIN_SAFE_INTEGER ? 0 : (2 * growth ** key) / (growth + 1);
      return Math.min(this.#max, Math.max(this.#min, middle));
    }
    return this.#max;
  }
};

// ../tools/src/perftest/latency-row.ts
var overflowing = 46340;
var truncated = 10;
function wholeNumber2(parser, text, column) {
  if (text === void 0 || !/^\d+$/.test(text)) {
    throw parseFailure(parser, `the column ${column} is missing or no count`);
  }
  return Number(text);
}
function trusted(stdDev, mean, max) {
  if (stdDev === void 0 || mean === void 0 || max === void 0) return void 0;
  return max - mean > overflowing || stdDev < truncated ? void 0 : stdDev;
}
function readLatencyRow(parser, row3) {
  const { text, units } = row3;
  const read = (token) => {
    const value = token === void 0 ? void 0 : readFiniteNumber(parser, token);
    return value === void 0 || value <= 0 ? void 0 : value;
  };
  if (text.mean === void 0 && text.typical === void 0) {
    throw parseFailure(parser, "the row has neither an average nor a typical latency");
  }
  const iterations = wholeNumber2(parser, text.iterations, "#iterations");
  const [mean, max, typical] = [read(text.mean), read(text.max), read(text.typical)];
  const stdDev = text.stdDev === void 0 ? void 0 : readFiniteNumber(parser, text.stdDev);
  return withoutUndefined({
    messageBytes: wholeNumber2(parser, text.messageBytes, "#bytes"),
    iterations,
    unit: units.mean === "cycles" || units.min === "cycles" ? "cycles" : "usec",
    min: read(text.min),
    max,
    typical,
    mean,
    stdDev: trusted(stdDev, mean, max),
    p99: read(text.p99),
    p999: read(text.p999),
    transactionsPerS: read(text.transactionsPerS),
    cpuUtilPercent: text.cpuUtil === void 0 ? void 0 : readFiniteNumber(parser, text.cpuUtil),
    invalid:
      mean === void 0 && typical === void 0
        ? `no latency although ${iterations} iterations are reported: perftest could not calibrate its cycle counter`
        : void 0,
    reported: text,
  });
}

// ../tools/src/perftest/latency.ts
var name3 = "perftest-latency";
var row2 = z9.strictObject({
  messageBytes: z9.int().min(1),
  iterations: z9.int().min(0),
  /** Unit of all latencies of the row; cycles (-C) are those of perftest's counter. */
  unit: z9.enum(["usec", "cycles"]),
  min: z9.number().optional(),
  /** Third largest: perftest leaves out two samples (LAT_MEASURE_TAIL). */
  max: z9.number().optional(),
  /** Median. */
  typical: z9.number().optional(),
  mean: z9.number().optional(),
  /**
   * Absent unless it can be trusted: perftest cuts each deviation to whole units and overflows
   * an int above 46340.
   */
  stdDev: z9.number().optional(),
  p99: z9.number().optional(),
  p999: z9.number().optional(),
  /** Only with a duration: iterations per second of the measured part. */
  transactionsPerS: z9.number().optional(),
  cpuUtilPercent: z9.number().optional(),
  /** Why the row must not be used. */
  invalid: z9.string().optional(),
  /** The tool's own figures by column. */
  reported: z9.record(z9.string(), z9.string()),
});
var dump = z9.strictObject({
  unit: z9.enum(["usec", "cycles"]),
  count: z9.int().min(1),
  mean: z9.number(),
  stdDev: z9.number(),
  min: z9.number(),
  max: z9.number(),
});
var result2 = z9.strictObject({
  kind: z9.literal("latency"),
  /** Title of the test. @default absent */
  test: z9.string().optional(),
  verb: perftestVerb.optional(),
  /** True for send and write (RTT/2), false for read and atomic (RTT), absent when unknown. */
  halved: z9.boolean().optional(),
  setup: perftestSetup,
  rows: z9.array(row2).min(1),
  /** The lists of -U (all samples) and -H (sorted, without the tail), summarised in their order. */
  dumps: z9.array(dump),
  /** Whether the table was closed. */
  complete: z9.boolean(),
  /** What perftest complained about in the same text. */
  warnings: z9.array(z9.string()),
});
var Dumps = class {
  #dumps = [];
  line(text) {
    const header = /^#, (usec|cycles)$/.exec(text);
    if (header !== null) {
      this.#dumps.push({ unit: header[1] ?? "", values: new Distribution() });
      return;
    }
    const value = /^\d+, (\S+)$/.exec(text);
    if (value?.[1] !== void 0) this.#dumps.at(-1)?.values.add(readNumber(name3, value[1]));
  }
  end() {
    return this.#dumps.map(({ unit, values }) => ({ unit, ...values.summary() }));
  }
};
var perftestLatencyParser = defineParser({
  name: name3,
  version: 1,
  schema: result2,
  reader: () => {
    const dumps = new Dumps();
    const report = new ReportReader(name3, (line) => dumps.line(line));
    return {
      line: (text) => report.line(text),
      end() {
        const read = report.end();
        if (read.rows.some(({ text }) => text.average !== void 0)) {
          throw report.failure("this is the result of a bandwidth test");
        }
        const setup = readSetup(read);
        const { verb: verb2 } = setup;
        return {
          kind: "latency",
          ...setup,
          ...(verb2 === void 0 ? {} : { halved: verb2 === "send" || verb2 === "write" }),
          rows: read.rows.map((r) => readLatencyRow(name3, r)),
          dumps: dumps.end(),
        };
      },
    };
  },
});

// ../tools/src/perftest/samples.ts
function reportedBandwidth(row3) {
  const { average, unit } = row3.reported;
  return unit === void 0 ? {} : { asReported: { value: average, unit } };
}
function bandwidthRow(row3, measuredS) {
  const repaired =
    row3.invalid !== void 0 &&
    /^no rate/.test(row3.invalid) &&
    measuredS !== void 0 &&
    row3.iterations > 0;
  const perS = repaired ? row3.iterations / measuredS : row3.messagesPerS;
  if (perS === void 0 || (row3.invalid !== void 0 && !repaired)) return [];
  const definition = repaired
    ? `iterations / ${measuredS} s measured, since perftest printed no rate`
    : `from ${row3.derivedFrom ?? "the row"}, within ${((row3.relativeError ?? 0) * 100).toPrecision(2)} % of rounding`;
  return [
    {
      metric: "messageRate",
      value: perS,
      unit: "count/s",
      asReported: { value: row3.reported.messageRate, unit: "Mpps" },
      definition,
      better: "higher",
    },
    {
      metric: "bandwidth",
      value: perS * row3.messageBytes,
      unit: "bytes/s",
      ...reportedBandwidth(row3),
      definition,
      better: "higher",
    },
    ...(row3.peakBytesPerS === void 0 ? [] : [peak(row3.peakBytesPerS)]),
    ...cpu2(row3.cpuUtilPercent),
  ];
}
function peak(value) {
  return {
    metric: "peakBandwidth",
    value,
    unit: "bytes/s",
    definition: "best rate between any post and any completion of the run",
    better: "higher",
  };
}
function cpu2(percent) {
  if (percent === void 0) return [];
  return [
    {
      metric: "cpuUtilisation",
      value: percent / 100,
      unit: "ratio",
      asReported: { value: percent.toFixed(2), unit: "%" },
      definition: "share of all CPUs of this host in the measured part; 0 on a passive side",
      better: "lower",
    },
  ];
}
var latencyFields = [
  ["min", "min"],
  ["typical", "p50"],
  ["mean", "mean"],
  ["stdDev", "stdDev"],
  ["p99", "p99"],
  ["p999", "p99.9"],
  ["max", "max"],
];
function latencyRow(row3, halved) {
  if (row3.invalid !== void 0 || row3.unit === "cycles") return [];
  const family = halved === void 0 ? "latency" : halved ? "oneWayLatency" : "roundTripLatency";
  const definition =
    halved === void 0
      ? "RTT/2 for send and write, RTT for read and atomic"
      : halved
        ? "RTT/2"
        : "RTT";
  const times2 = latencyFields.flatMap(([field, name11]) => {
    const value = row3[field];
    if (value === void 0) return [];
    return [
      {
        metric: `${family}.${name11}`,
        value: toSi(value, "perftest usec"),
        unit: "s",
        asReported: { value: row3.reported[field] ?? String(value), unit: "usec" },
        definition: field === "max" ? `${definition}, two largest samples left out` : definition,
        better: "lower",
      },
    ];
  });
  const rate3 = row3.transactionsPerS;
  if (rate3 === void 0) return [...times2, ...cpu2(row3.cpuUtilPercent)];
  return [
    ...times2,
    {
      metric: "transactionRate",
      value: rate3,
      unit: "count/s",
      asReported: { value: rate3.toFixed(2), unit: "tps" },
      definition: "iterations per second of the measured part",
      better: "higher",
    },
    ...cpu2(row3.cpuUtilPercent),
  ];
}
function perftestSamples(result10, options = {}) {
  return result10.kind === "bandwidth"
    ? result10.rows.flatMap((row3) => bandwidthRow(row3, options.measuredS))
    : result10.rows.flatMap((row3) => latencyRow(row3, result10.halved));
}

// ../tools/src/perftest/window.ts
function perftestReadiness(options) {
  const { port, useRdmaCm } = checkOptions(perftestOptions, options, "perftest");
  return useRdmaCm
    ? { kind: "output", pattern: /Waiting for client/ }
    : { kind: "listening", protocol: "tcp", port };
}
var resultRow = /^\s*\d+\s+\d+\s+\S*\d\.\d|^#, (?:usec|cycles)/;
var endOfTable = /^-{20,}/;
function marginOf(options) {
  return options.marginS ?? Math.floor((options.durationS ?? 0) / 4);
}
function perftestMeasuredS(options) {
  const checked = checkOptions(perftestOptions, options, "perftest");
  if (checked.durationS === void 0) return void 0;
  return checked.durationS - 2 * marginOf(checked);
}
function perftestWindow(options) {
  const checked = checkOptions(perftestOptions, options, "perftest");
  const line = /^\s*#bytes\s+#iterations/;
  const measuredS = perftestMeasuredS(options);
  if (measuredS === void 0) {
    return {
      opens: { line, delayMs: 0 },
      closes: { line: checked.allSizes ? endOfTable : resultRow, delayMs: 0 },
      source:
        "perftest 4.5-0.17 src/send_bw.c main and run_iter_bw (read, not timed): header, handshake, loop, row; needs stdbuf -oL",
    };
  }
  return {
    opens: { line, delayMs: marginOf(checked) * 1e3 },
    closes: { afterMs: measuredS * 1e3 },
    source:
      "perftest 4.5-0.17 src/perftest_resources.c catch_alarm and force_dependecies (read, not timed): margin = D/4 rounded down on each side; needs stdbuf -oL",
  };
}

// ../tools/src/proc/net-dev.ts
import { z as z10 } from "zod";

var name4 = "proc-net-dev";
var counter = z10.number().min(0);
var direction = z10.strictObject({
  bytes: counter,
  packets: counter,
  errors: counter,
  dropped: counter,
});
var result3 = z10.record(
  z10.string(),
  z10.strictObject({ receive: direction, transmit: direction }),
);
var procNetDevParser = defineParser({
  name: name4,
  version: 1,
  schema: result3,
  reader: () => {
    let header = false;
    const interfaces = {};
    return {
      line(text) {
        if (/^Inter-\|/.test(text)) header = true;
        const row3 = /^\s*(\S+?):\s*(\d.*)$/.exec(text);
        if (row3 === null) return;
        const fields2 = (row3[2] ?? "").trim().split(/\s+/);
        if (fields2.length !== 16 || !fields2.every((f) => /^\d+$/.test(f))) {
          throw parseFailure(name4, `"${text.trim()}" does not hold 16 counters`);
        }
        const at = (index) => Number(fields2[index]);
        const part = (from) => ({
          bytes: at(from),
          packets: at(from + 1),
          errors: at(from + 2),
          dropped: at(from + 3),
        });
        interfaces[row3[1] ?? ""] = { receive: part(0), transmit: part(8) };
      },
      end() {
        if (!header) throw parseFailure(name4, "the header of /proc/net/dev is missing");
        return interfaces;
      },
    };
  },
});

// ../tools/src/proc/net-snmp.ts
import { z as z11 } from "zod";

var name5 = "proc-net-snmp";
var result4 = z11.record(z11.string(), z11.record(z11.string(), z11.number()));
var procNetSnmpParser = defineParser({
  name: name5,
  version: 1,
  schema: result4,
  reader: () => {
    const groups = {};
    let names;
    return {
      line(text) {
        const line = /^(\w+):\s+(.*\S)\s*$/.exec(text);
        if (line === null) {
          if (text.trim() === "") return;
          throw parseFailure(name5, `"${text.slice(0, 80)}" is not a line of counters`);
        }
        const [group = "", fields2 = []] = [line[1], (line[2] ?? "").split(/\s+/)];
        if (names === void 0) {
          names = { group, fields: fields2 };
          return;
        }
        if (names.group !== group || names.fields.length !== fields2.length) {
          throw parseFailure(
            name5,
            `names and values of ${names.group} do not match; the text is cut`,
          );
        }
        const values = fields2.map((field) => {
          if (/^-?\d+$/.test(field)) return Number(field);
          throw parseFailure(name5, `"${field}" in ${group} is not a counter`);
        });
        groups[group] = {
          ...groups[group],
          ...Object.fromEntries(names.fields.map((key, i) => [key, values[i] ?? 0])),
        };
        names = void 0;
      },
      end() {
        if (names !== void 0)
          throw parseFailure(name5, `no values for ${names.group}; the text is cut`);
        if (Object.keys(groups).length === 0) throw parseFailure(name5, "no counters");
        return groups;
      },
    };
  },
});

// ../tools/src/proc/stat.ts
import { z as z12 } from "zod";

var name6 = "proc-stat";
var ticks = z12.number().min(0);
var times = z12.strictObject({
  user: ticks,
  nice: ticks,
  system: ticks,
  idle: ticks,
  iowait: ticks,
  irq: ticks,
  softirq: ticks,
  steal: ticks,
});
var result5 = z12.strictObject({
  /** All CPUs together. */
  total: times,
  /** Each CPU that is on line, by number. */
  cpus: z12.array(z12.strictObject({ cpu: z12.int().min(0), times })).min(1),
  /** Context switches since boot. @default absent */
  contextSwitches: ticks.optional(),
  /** Seconds since the epoch at boot. @default absent */
  bootTimeS: ticks.optional(),
});
var keys2 = ["user", "nice", "system", "idle", "iowait", "irq", "softirq", "steal"];
function readTimes(line, fields2) {
  if (fields2.length < 10 || !fields2.every((f) => /^\d+$/.test(f))) {
    throw parseFailure(name6, `"${line}" is not a line of ten tick counts`);
  }
  return Object.fromEntries(keys2.map((key, i) => [key, Number(fields2[i])]));
}
var procStatParser = defineParser({
  name: name6,
  version: 1,
  schema: result5,
  reader: () => {
    let total;
    const cpus = [];
    const scalars = {};
    return {
      line(text) {
        const [key = "", ...fields2] = text.trim().split(/\s+/);
        const cpu3 = /^cpu(\d*)$/.exec(key);
        if (cpu3 !== null) {
          const read = readTimes(text, fields2);
          if (cpu3[1] === "") total = read;
          else cpus.push({ cpu: Number(cpu3[1]), times: read });
        } else if (key === "ctxt") scalars.contextSwitches = Number(fields2[0]);
        else if (key === "btime") scalars.bootTimeS = Number(fields2[0]);
      },
      end() {
        if (total === void 0 || cpus.length === 0) throw parseFailure(name6, "no CPU lines");
        return { total, cpus, ...scalars };
      },
    };
  },
});

// ../tools/src/proc/uptime.ts
import { z as z13 } from "zod";

var uptime = z13.strictObject({
  /** Seconds since boot. */
  uptimeS: z13.number().min(0),
  /** Idle time of all CPUs added up. */
  idleS: z13.number().min(0),
});
var loadavg = z13.strictObject({
  load1: z13.number().min(0),
  load5: z13.number().min(0),
  load15: z13.number().min(0),
  /** Runnable scheduling entities right now. */
  runnable: z13.int().min(0),
  /** All scheduling entities. */
  entities: z13.int().min(0),
});
function oneLine(name11, pattern) {
  const lines = [];
  return {
    line(text) {
      if (text.trim() !== "" && lines.length < 2) lines.push(text.trim());
    },
    fields() {
      const found = lines.length === 1 ? pattern.exec(lines[0] ?? "") : null;
      if (found === null) throw parseFailure(name11, "not the one line of this file");
      return found.slice(1).map(Number);
    },
  };
}
var procUptimeParser = defineParser({
  name: "proc-uptime",
  version: 1,
  schema: uptime,
  reader: () => {
    const text = oneLine("proc-uptime", /^(\d+\.\d{2}) (\d+\.\d{2})$/);
    return {
      line: (line) => text.line(line),
      end() {
        const [uptimeS, idleS] = text.fields();
        return { uptimeS, idleS };
      },
    };
  },
});
var procLoadavgParser = defineParser({
  name: "proc-loadavg",
  version: 1,
  schema: loadavg,
  reader: () => {
    const text = oneLine(
      "proc-loadavg",
      /^(\d+\.\d{2}) (\d+\.\d{2}) (\d+\.\d{2}) (\d+)\/(\d+) \d+$/,
    );
    return {
      line: (line) => text.line(line),
      end() {
        const [load1, load5, load15, runnable, entities] = text.fields();
        return { load1, load5, load15, runnable, entities };
      },
    };
  },
});

// ../tools/src/sockperf/options.ts
import { z as z14 } from "zod";

var maxUdpMessageBytes = 65507;
var maxTcpMessageBytes = 1048575;
var minMessageBytes = 14;
var common = {
  /** Transport protocol. @default "udp" */
  protocol: z14.enum(["udp", "tcp"]).default("udp"),
  /** Port to listen on or connect to. @default 11111 */
  port: portField.default(11111),
  /** How sockets are waited for. @default sockperf's own (recvfrom for one socket) */
  iomux: z14.enum(["select", "poll", "epoll", "recvfrom", "socketxtreme"]).optional(),
  /** Time-out of select, poll and epoll; -1 waits for ever. @default 10 */
  iomuxTimeoutMs: z14.int().min(-1).optional(),
  /** Flip Nagle: sockperf has it off, but on in throughput. @default false */
  tcpAvoidNodelay: z14.boolean().optional(),
  /** Type-of-service byte. @default unset */
  tos: z14.int().min(0).max(255).optional(),
  /** Socket buffer size. @default the system's */
  bufferBytes: countField.optional(),
  /** Open sockets non-blocking. @default false */
  nonblocked: z14.boolean().optional(),
  /** Busy-poll time of the low-latency socket option. @default unset */
  busyPollUs: countField.optional(),
  /** Use the monotonic clock instead of the time-stamp counter. @default false */
  noRdtsc: z14.boolean().optional(),
  /** Skip the warm-up messages. @default false */
  dontWarmup: z14.boolean().optional(),
  /** Wait before the warm-up messages. @default 0 */
  preWarmupWaitS: z14.int().min(0).optional(),
  /** Further arguments, as they are. @default none */
  extraArgs: extraArgsField,
};
var sockperfServerOptions = z14.strictObject({
  ...common,
  /** Address to listen on. @default all */
  address: addressField.optional(),
  /** Largest message the server takes. @default 65507 */
  maxMessageBytes: z14.int().min(minMessageBytes).optional(),
  /** Cores of the server threads, as a list. @default unset */
  cpuAffinity: nameField.optional(),
  /** Send no replies. @default false */
  dontReply: z14.boolean().optional(),
  /** Report gaps of sequence numbers. @default false */
  gapDetection: z14.boolean().optional(),
});
var client = {
  ...common,
  /** Server to connect to. */
  address: addressField,
  /** Payload of a message with sockperf's 14 byte header. @default 14 */
  messageBytes: z14.int().min(minMessageBytes).max(maxTcpMessageBytes).default(minMessageBytes),
  /** Vary the size by up to this much. @default 0 */
  messageRangeBytes: z14.int().min(0).optional(),
  /** Test time, whole seconds. @default 1 */
  durationS: z14.int().min(1).max(36e6).default(1),
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
var rate2 = z14.union([countField, z14.literal("max")]).optional();
var latency = {
  ...client,
  /** Report the round trip instead of half of it. @default false */
  fullRtt: z14.boolean().optional(),
  /** File for the time stamps of every message (CSV). @default none */
  fullLogPath: pathField.optional(),
};
function fitsProtocol(options) {
  return options.protocol === "tcp" || options.messageBytes <= maxUdpMessageBytes;
}
var tooLarge = {
  path: ["messageBytes"],
  message: `a UDP message has at most ${maxUdpMessageBytes} bytes`,
};
var sockperfThroughputOptions = z14
  .strictObject({
    ...client,
    /** Messages per second. @default "max" */
    mps: rate2,
    /** Print nine instead of three decimals of the bandwidth. @default false */
    increasedPrecision: z14.boolean().optional(),
  })
  .refine(fitsProtocol, tooLarge);
var sockperfPingPongOptions = z14
  .strictObject({
    ...latency,
    /** Messages per second. @default "max" */
    mps: rate2,
    /** Check that replies hold what was sent. @default false */
    dataIntegrity: z14.boolean().optional(),
  })
  .refine(fitsProtocol, tooLarge);
var sockperfUnderLoadOptions = z14
  .strictObject({
    ...latency,
    /** Messages per second. @default 10000 */
    mps: rate2,
    /** The server answers every this many messages; fewer replies than sends are no loss. @default 100 */
    replyEvery: countField.optional(),
  })
  .refine(fitsProtocol, tooLarge);

// ../tools/src/sockperf/argv.ts
function commonArgs(options) {
  return [
    ...flag("--tcp", options.protocol === "tcp"),
    ...flag("-i", options.address),
    ...flag("-p", options.port),
    ...flag("-F", options.iomux),
    ...flag("--timeout", options.iomuxTimeoutMs),
    ...flag("--tcp-avoid-nodelay", options.tcpAvoidNodelay),
    ...flag("--tos", options.tos),
    ...flag("--buffer-size", options.bufferBytes),
    ...flag("--nonblocked", options.nonblocked),
    ...flag("--lls", options.busyPollUs),
    ...flag("--no-rdtsc", options.noRdtsc),
    ...flag("--dontwarmup", options.dontWarmup),
    ...flag("--pre-warmup-wait", options.preWarmupWaitS),
  ];
}
function clientArgs(options) {
  return [
    ...commonArgs(options),
    ...flag("-m", options.messageBytes),
    ...flag("-r", options.messageRangeBytes),
    ...flag("-t", options.durationS),
    ...flag("--mps", options.mps),
    ...flag("-b", options.burst),
    ...flag("--client_ip", options.clientAddress),
    ...flag("--client_port", options.clientPort),
    ...flag("--sender-affinity", options.senderAffinity),
    ...flag("--receiver-affinity", options.receiverAffinity),
  ];
}
function latencyArgs(options) {
  return [
    ...clientArgs(options),
    ...flag("--full-rtt", options.fullRtt),
    ...flag("--full-log", options.fullLogPath),
  ];
}
function sockperfServerArgv(options) {
  const checked = checkOptions(sockperfServerOptions, options, "sockperf server");
  return [
    "sockperf",
    "server",
    ...commonArgs(checked),
    ...flag("-m", checked.maxMessageBytes),
    ...flag("--cpu-affinity", checked.cpuAffinity),
    ...flag("--dont-reply", checked.dontReply),
    ...flag("-g", checked.gapDetection),
    ...(checked.extraArgs ?? []),
  ];
}
function sockperfThroughputArgv(options) {
  const checked = checkOptions(sockperfThroughputOptions, options, "sockperf throughput");
  return [
    "sockperf",
    "throughput",
    ...clientArgs(checked),
    ...flag("--increase_output_precision", checked.increasedPrecision),
    ...(checked.extraArgs ?? []),
  ];
}
function sockperfPingPongArgv(options) {
  const checked = checkOptions(sockperfPingPongOptions, options, "sockperf ping-pong");
  return [
    "sockperf",
    "ping-pong",
    ...latencyArgs(checked),
    ...flag("--data-integrity", checked.dataIntegrity),
    ...(checked.extraArgs ?? []),
  ];
}
function sockperfUnderLoadArgv(options) {
  const checked = checkOptions(sockperfUnderLoadOptions, options, "sockperf under-load");
  return [
    "sockperf",
    "under-load",
    ...latencyArgs(checked),
    ...flag("--reply-every", checked.replyEvery),
    ...(checked.extraArgs ?? []),
  ];
}

// ../tools/src/sockperf/full-log.ts
import { z as z15 } from "zod";

var name7 = "sockperf-full-log";
var percents = [25, 50, 75, 90, 99, 99.9, 99.99, 99.999];
var result6 = z15.strictObject({
  /** True when the last column is the round trip, false when it is half of it. */
  fullRtt: z15.boolean(),
  observations: z15.int().min(1),
  averageUs: z15.number().min(0),
  stdDevUs: z15.number().min(0),
  minUs: z15.number().min(0),
  maxUs: z15.number().min(0),
  /** Within 0.5 percent: the rows are counted in logarithmic buckets, not kept. */
  percentiles: z15.array(z15.strictObject({ percent: z15.number(), latencyUs: z15.number() })),
  /** First transmission and last reception on the tool's clock. */
  spanS: z15.number().min(0),
});
var FullLogReader = class {
  #values = new Distribution();
  #fullRtt;
  #announced;
  #firstTxS;
  #lastRxS = 0;
  #closed = false;
  line(text) {
    const line = stripAnsi(text).trim();
    const valid = /\[Valid Duration\].*ReceivedMessages=(\d+)/.exec(line);
    if (valid !== null) this.#announced = Number(valid[1]);
    const header = /^packet, txTime\(sec\), rxTime\(sec\), (latency|rtt)\(usec\)$/.exec(line);
    if (header !== null) {
      if (this.#fullRtt !== void 0) throw parseFailure(name7, "the text holds more than one log");
      this.#fullRtt = header[1] === "rtt";
    } else if (this.#fullRtt !== void 0 && !this.#closed && line !== "") this.#row(line);
  }
  #row(line) {
    if (/^-{10,}$/.test(line)) {
      this.#closed = true;
      return;
    }
    const row3 = /^\d+, (\d+\.\d{9}), (\d+\.\d{9}), (\d+\.\d{3})$/.exec(line);
    if (row3 === null) throw parseFailure(name7, `"${line.slice(0, 80)}" is not a row of the log`);
    this.#firstTxS ??= Number(row3[1]);
    this.#lastRxS = Math.max(this.#lastRxS, Number(row3[2]));
    this.#values.add(Number(row3[3]));
  }
  end() {
    const all = this.#values.summary();
    if (this.#fullRtt === void 0 || all === void 0) {
      throw parseFailure(name7, "no rows of a full log");
    }
    if (!this.#closed || (this.#announced !== void 0 && this.#announced !== all.count)) {
      throw parseFailure(name7, `the log is cut: ${all.count} of ${this.#announced ?? "?"} rows`);
    }
    return {
      fullRtt: this.#fullRtt,
      observations: all.count,
      averageUs: all.mean,
      stdDevUs: all.stdDev,
      minUs: all.min,
      maxUs: all.max,
      percentiles: percents.map((percent) => ({
        percent,
        latencyUs: this.#values.percentile(percent),
      })),
      spanS: this.#lastRxS - (this.#firstTxS ?? 0),
    };
  }
};
var sockperfFullLogParser = defineParser({
  name: name7,
  version: 1,
  schema: result6,
  reader: () => new FullLogReader(),
});

// ../tools/src/sockperf/latency.ts
import { z as z16 } from "zod";

// ../tools/src/sockperf/lines.ts
var trouble2 =
  /ERROR:|Invalid |No messages were|No valid observations|before test start|is the server down|ld\.so:|WARNING:/i;
var SockperfLines = class {
  parser;
  words = [];
  version;
  #banners = 0;
  #summaries = /* @__PURE__ */ new Set();
  constructor(parser) {
    this.parser = parser;
  }
  /** Strips colours and notes version, runs and the tool's complaints. */
  take(text) {
    const line = stripAnsi(text).trim();
    const banner = /== version #(\S+) ==/.exec(line);
    if (banner !== null) {
      this.#banners += 1;
      this.version ??= banner[1];
    }
    if (this.#banners > 1) throw parseFailure(this.parser, "the text holds more than one run");
    if (trouble2.test(line) && this.words.length < 20) {
      this.words.push(line.replace(/^sockperf: /, ""));
    }
    return line;
  }
  /** Notes a summary line; a second one of the same kind would mix two results. */
  once(kind) {
    if (this.#summaries.has(kind)) {
      throw parseFailure(this.parser, `the text holds more than one ${kind}`);
    }
    this.#summaries.add(kind);
  }
  /** Number that must have the decimals sockperf prints, so that a cut one is never taken. */
  fixed(token) {
    if (token === void 0) throw parseFailure(this.parser, "a number is missing");
    if (/^\d+(?:\.\d{0,2})?$/.test(token)) {
      throw parseFailure(this.parser, `"${token}" has too few decimals, the text is cut`);
    }
    return readNumber(this.parser, token);
  }
  /** Whole number of messages. */
  count(token) {
    if (token === void 0 || !/^\d+$/.test(token)) {
      throw parseFailure(this.parser, `"${token ?? ""}" is not a count`);
    }
    return Number(token);
  }
  /** The error for a text without result. */
  failure(why) {
    return parseFailure(this.parser, why, this.words);
  }
};

// ../tools/src/sockperf/latency.ts
var name8 = "sockperf-latency";
var phase = z16.strictObject({
  durationS: z16.number().min(0),
  messagesSent: z16.int().min(0),
  messagesReceived: z16.int().min(0),
});
var result7 = z16.strictObject({
  /** Version the tool names. @default absent */
  version: z16.string().optional(),
  /** True when the figures are round trips (`--full-rtt`), false when they are half of one. */
  fullRtt: z16.boolean(),
  averageUs: z16.number().min(0),
  stdDevUs: z16.number().min(0),
  minUs: z16.number().min(0),
  maxUs: z16.number().min(0),
  percentiles: z16.array(
    z16.strictObject({ percent: z16.number().min(0).max(100), latencyUs: z16.number().min(0) }),
  ),
  observations: z16.int().min(1),
  /** Messages per burst when `--burst` is above 1. @default absent */
  burst: z16.int().optional(),
  /** Whole run with warm-up. */
  total: phase,
  /** Part the figures are from: without 400 ms at the start and 50 ms at the end. */
  valid: phase,
  dropped: z16.int().min(0),
  duplicated: z16.int().min(0),
  outOfOrder: z16.int().min(0),
  /** Complaints the tool printed although it reached a result. */
  warnings: z16.array(z16.string()),
});
var LatencyReader = class {
  #lines = new SockperfLines(name8);
  #draft = {};
  #percentiles = [];
  line(text) {
    const line = this.#lines.take(text);
    this.#readPhases(line);
    this.#readAverage(line);
    this.#readLosses(line);
    this.#readDistribution(line);
  }
  #readPhases(line) {
    const found =
      /\[(Total Run|Valid Duration)\] RunTime=(\S+) sec;.* SentMessages=(\d+); ReceivedMessages=(\d+)/.exec(
        line,
      );
    if (found === null) return;
    const read = {
      durationS: this.#lines.fixed(found[2]),
      messagesSent: this.#lines.count(found[3]),
      messagesReceived: this.#lines.count(found[4]),
    };
    if (found[1] === "Total Run") this.#draft.total ??= read;
    else this.#draft.valid ??= read;
  }
  #readAverage(line) {
    const deviation = /avg-\w+=\s*\S+ \(std-dev=\s*([^,)\s]+)/.exec(line);
    if (deviation !== null) this.#draft.stdDevUs ??= this.#lines.fixed(deviation[1]);
    const summary =
      /Summary: (Latency|Round trip) (?:of burst of (\d+) messages )?is\s+(\S+) usec/.exec(line);
    if (summary === null) return;
    this.#lines.once("latency summary");
    this.#draft.fullRtt = summary[1] === "Round trip";
    this.#draft.averageUs = this.#lines.fixed(summary[3]);
    if (summary[2] !== void 0) this.#draft.burst = this.#lines.count(summary[2]);
  }
  #readLosses(line) {
    const found =
      /# dropped messages = (\d+); # duplicated messages = (\d+); # out-of-order messages = (\d+)/.exec(
        line,
      );
    if (found === null) return;
    this.#draft.dropped ??= this.#lines.count(found[1]);
    this.#draft.duplicated ??= this.#lines.count(found[2]);
    this.#draft.outOfOrder ??= this.#lines.count(found[3]);
  }
  #readDistribution(line) {
    if (this.#draft.minUs !== void 0) return;
    const total = /Total (\d+) observations/.exec(line);
    if (total !== null) this.#draft.observations = this.#lines.count(total[1]);
    const point = /---> percentile\s+(\S+)\s*=\s*(\S+)/.exec(line);
    if (point !== null) {
      this.#percentiles.push({
        percent: Number(point[1]),
        latencyUs: this.#lines.fixed(point[2]),
      });
    }
    const bound = /---> <(MIN|MAX)> observation\s*=\s*(\S+)/.exec(line);
    if (bound === null) return;
    this.#draft[bound[1] === "MIN" ? "minUs" : "maxUs"] = this.#lines.fixed(bound[2]);
  }
  end() {
    if (this.#draft.averageUs === void 0) {
      throw this.#lines.failure("no Summary of a latency test");
    }
    if (this.#draft.minUs === void 0) {
      throw this.#lines.failure("the statistics are cut before the <MIN> observation");
    }
    return withoutUndefined({
      version: this.#lines.version,
      ...this.#draft,
      percentiles: this.#percentiles,
      warnings: this.#lines.words,
    });
  }
};
var sockperfLatencyParser = defineParser({
  name: name8,
  version: 1,
  schema: result7,
  reader: () => new LatencyReader(),
});

// ../tools/src/sockperf/samples.ts
function sockperfThroughputSamples(result10) {
  return [
    {
      metric: "messageRate",
      value: result10.messagesPerS,
      unit: "count/s",
      asReported: { value: String(result10.messagesPerS), unit: "msg/sec" },
      definition: "messages sent by the client per second",
      better: "higher",
    },
    {
      metric: "sentRate",
      value: result10.bytesPerS,
      unit: "bytes/s",
      asReported: result10.bandwidth,
      definition: "payload sent by the client; sockperf's MBps is 2^20 bytes/s",
      better: "higher",
    },
  ];
}
function sockperfLatencySamples(result10) {
  const family = result10.fullRtt ? "roundTripLatency" : "oneWayLatency";
  const definition = result10.fullRtt ? "round trip" : "RTT/2";
  const sample = (name11, latencyUs) => ({
    metric: `${family}.${name11}`,
    value: toSi(latencyUs, "sockperf usec"),
    unit: "s",
    asReported: { value: latencyUs.toFixed(3), unit: "usec" },
    definition,
    better: "lower",
  });
  const count = (metric, value) => ({
    metric,
    value,
    unit: "count",
    definition: "in the valid duration",
    better: "lower",
  });
  return [
    sample("mean", result10.averageUs),
    sample("stdDev", result10.stdDevUs),
    sample("min", result10.minUs),
    ...result10.percentiles.map(({ percent, latencyUs }) => sample(`p${percent}`, latencyUs)),
    sample("max", result10.maxUs),
    count("droppedMessages", result10.dropped),
    count("duplicatedMessages", result10.duplicated),
    count("outOfOrderMessages", result10.outOfOrder),
  ];
}
function sockperfServerSamples(result10) {
  return [
    {
      metric: "messagesReceived",
      value: result10.messagesReceived,
      unit: "count",
      definition: "messages of all clients the server handled, without warm-up messages",
      better: "higher",
    },
  ];
}

// ../tools/src/sockperf/server.ts
import { z as z17 } from "zod";

var name9 = "sockperf-server";
var result8 = z17.strictObject({
  /** Version the tool names. @default absent */
  version: z17.string().optional(),
  /** Messages received and handled from all clients; warm-up messages are not counted. */
  messagesReceived: z17.int().min(0),
  /** Complaints the tool printed although it reached a result. */
  warnings: z17.array(z17.string()),
});
var sockperfServerParser = defineParser({
  name: name9,
  version: 1,
  schema: result8,
  reader: () => {
    const lines = new SockperfLines(name9);
    let messagesReceived;
    return {
      line(text) {
        const line = lines.take(text);
        const total = /Total (\S+) messages received and handled/.exec(line);
        if (total !== null) {
          lines.once("total");
          messagesReceived = lines.count(total[1]);
        }
        if (/No messages were received on the server/.test(line)) messagesReceived = 0;
      },
      end() {
        if (messagesReceived === void 0) {
          throw lines.failure("no total; the server prints it when it ends by SIGINT");
        }
        return withoutUndefined({
          version: lines.version,
          messagesReceived,
          warnings: lines.words,
        });
      },
    };
  },
});

// ../tools/src/sockperf/throughput.ts
import { z as z18 } from "zod";

var name10 = "sockperf-throughput";
var result9 = z18.strictObject({
  /** Version the tool names. @default absent */
  version: z18.string().optional(),
  messagesSent: z18.int().min(0),
  /** Messages the sender gave up. @default absent */
  messagesSkipped: z18.int().min(0).optional(),
  durationS: z18.number().positive(),
  /** Rate of messages sent, rounded by the tool to whole messages. */
  messagesPerS: z18.number().min(0),
  /** Payload sent per second; the tool's MBps (or its GBps) in bytes. */
  bytesPerS: z18.number().min(0),
  /** The tool's own bandwidth figure. */
  bandwidth: z18.strictObject({ value: z18.string(), unit: z18.enum(["MBps", "GBps"]) }),
  /** Complaints the tool printed although it reached a result. */
  warnings: z18.array(z18.string()),
});
var bytesPerUnit = { MBps: 2 ** 20, GBps: 1e3 * 2 ** 20 };
var sockperfThroughputParser = defineParser({
  name: name10,
  version: 1,
  schema: result9,
  reader: () => {
    const lines = new SockperfLines(name10);
    let total;
    let messagesPerS;
    let rate3;
    return {
      line(text) {
        const line = lines.take(text);
        const sent =
          /Total of (\S+) messages sent in (\S+) sec(?: \((\S+) messages skipped\))?/.exec(line);
        if (sent !== null) {
          total = withoutUndefined({
            messagesSent: lines.count(sent[1]),
            durationS: lines.fixed(sent[2]),
            messagesSkipped: sent[3] === void 0 ? void 0 : lines.count(sent[3]),
          });
        }
        const message = /Summary: Message Rate is (\S+) \[msg\/sec\]/.exec(line);
        if (message !== null) {
          lines.once("message rate");
          messagesPerS = lines.count(message[1]);
        }
        const band = /Summary: BandWidth is (\S+) ([MG]Bps) \(\S+ [MG]bps\)/.exec(line);
        if (band !== null) {
          lines.once("bandwidth");
          const unit = band[2] === "GBps" ? "GBps" : "MBps";
          rate3 = {
            bytesPerS: lines.fixed(band[1]) * bytesPerUnit[unit],
            bandwidth: { value: band[1] ?? "", unit },
          };
        }
      },
      end() {
        if (total === void 0 || messagesPerS === void 0 || rate3 === void 0) {
          throw lines.failure("no Summary of a throughput test");
        }
        return withoutUndefined({
          version: lines.version,
          ...total,
          messagesPerS,
          ...rate3,
          warnings: lines.words,
        });
      },
    };
  },
});

// ../tools/src/sockperf/window.ts
var warmupMs = 400;
var cooldownMs = 50;
function sockperfReadiness(options) {
  return {
    kind: "listening",
    protocol: options.protocol ?? "udp",
    port: options.port ?? 11111,
  };
}
function sockperfWindow(kind, options = {}) {
  const trimmed = kind !== "throughput";
  return {
    opens: { line: /Starting test\.\.\./, delayMs: trimmed ? warmupMs : 0 },
    closes: { line: /Test end \(/, delayMs: trimmed ? -cooldownMs : 0 },
    source: `sockperf 3.7 ${kind}, -t ${options.durationS ?? 1}: lines seen live on a pipe (they are flushed); ${trimmed ? "TEST_START_WARMUP_MSEC 400 and TEST_END_COOLDOWN_MSEC 50 of defs.h" : "RunTime of stream_statistics, client.cpp"}`,
  };
}

export {
  bitsOfBytes,
  bytesOfBits,
  bytesPerMib,
  defineParser,
  formatSi,
  fromSi,
  HoststackError,
  iperf3ClientArgv,
  iperf3ClientOptions,
  iperf3JsonParser,
  iperf3Readiness,
  iperf3Samples,
  iperf3ServerArgv,
  iperf3ServerOptions,
  iperf3Window,
  isHoststackError,
  perftestBandwidthParser,
  perftestClientArgv,
  perftestComplaints,
  perftestLatencyParser,
  perftestMeasuredS,
  perftestOptions,
  perftestReadiness,
  perftestSamples,
  perftestServerArgv,
  perftestTests,
  perftestWindow,
  procLoadavgParser,
  procNetDevParser,
  procNetSnmpParser,
  procStatParser,
  procUptimeParser,
  sockperfFullLogParser,
  sockperfLatencyParser,
  sockperfLatencySamples,
  sockperfPingPongArgv,
  sockperfPingPongOptions,
  sockperfReadiness,
  sockperfServerArgv,
  sockperfServerOptions,
  sockperfServerParser,
  sockperfServerSamples,
  sockperfThroughputArgv,
  sockperfThroughputOptions,
  sockperfThroughputParser,
  sockperfThroughputSamples,
  sockperfUnderLoadArgv,
  sockperfUnderLoadOptions,
  sockperfWindow,
  toolUnits,
  toSi,
  workCompletionStatus,
};
