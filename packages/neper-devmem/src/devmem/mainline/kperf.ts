import { defineParser, HoststackError } from "@hoststack/tools";
import { z } from "zod";
import type { FlowEnd, FlowSet } from "../flow-sets/flow-set.js";

/** Where kperf's server listens on both hosts, by port. */
export const kperfControlPort = 18_323;

/** kperf's server, one on each host, in the foreground. */
export const kperfServerArgv = (program = "kperf-server"): readonly [string, ...string[]] => [
  program,
  "--no-daemon",
  "--port",
  String(kperfControlPort),
];

const mib = (bytes: number): string => String(Math.ceil(bytes / 1_048_576));

/** A GPU without its function: `0000:04:00`. */
function deviceFlags(flag: string, { gpu }: FlowEnd): readonly string[] {
  return gpu === undefined ? [] : [flag, gpu.pciAddress.slice(0, gpu.pciAddress.lastIndexOf("."))];
}

/** Which sides use device memory. */
export interface KperfSides {
  /** @default true */
  readonly rx?: boolean;
  /** Needs Linux 6.16 on the sender. @default false */
  readonly tx?: boolean;
}

/**
 * The command that runs a test between two kperf servers: the flow set's client sends to its server. Buffers are per
 * NIC there, not per flow.
 */
export function kperfClientArgv(
  { options, server, client }: FlowSet,
  { rx = true, tx = false }: KperfSides = {},
  program = "kperf-client",
): readonly [string, ...string[]] {
  const cuda = options.mode === "cuda";
  const memory = cuda ? "cuda" : "host";
  const size = mib(options.flows * options.physLenBytes);
  return [
    ...([program, "--src", client.address, "--dst", server.address] as const),
    ...["--num-connections", String(options.flows), "--time", String(options.lengthS)],
    ...(rx
      ? [
          ...["--devmem-rx", "--devmem-rx-memory", memory, "--dmabuf-rx-size-mb", size],
          ...["--num-rx-queues", String(options.queueCount)],
          ...(cuda ? deviceFlags("--devmem-dst-dev", server) : []),
        ]
      : []),
    ...(tx
      ? [
          ...["--devmem-tx", "--devmem-tx-memory", memory, "--dmabuf-tx-size-mb", size],
          ...(cuda ? deviceFlags("--devmem-src-dev", client) : []),
        ]
      : []),
    ...(options.validate ? ["--validate", "yes"] : []),
  ];
}

const flow = z.strictObject({
  bytes: z.int().min(0),
  /** Of the test, in seconds. */
  seconds: z.number().positive(),
  bitsPerS: z.number().min(0),
});
const side = z.strictObject({ tx: z.array(flow), rx: z.array(flow).min(1) });
const resultSchema = z.strictObject({ source: side, target: side });

/** What both ends of a kperf test counted, by connection; rates are made of bytes and time. */
export type KperfResult = z.output<typeof resultSchema>;

interface Side {
  readonly tx: z.output<typeof flow>[];
  readonly rx: z.output<typeof flow>[];
}

const failed = (text: string) =>
  new HoststackError("PARSE_FAILED", `kperf: ${text}`, { details: { parser: "kperf" } });

const section = /^(?:\S+: )?== (Source|Target)\b/;
/** No blank stands before three digits: `Rx116.026 Gbps`. */
const rate = /^(?:\S+: )?\s*(Tx|Rx)\s*[\d.]+ Gbps \((\d+) bytes in (\d+) usec\)$/;
const told = /^\S+: +(?:\d|TCP|CPU|net|app|Rx|Tx)|^\S+: (?:==|\s)/;

/** Standard error of kperf's client. Throws PARSE_FAILED with its own words where it told no result of both ends. */
export const kperfParser = defineParser<KperfResult>({
  name: "kperf",
  version: 1,
  schema: resultSchema,
  reader: () => {
    const sides: { Source?: Side; Target?: Side } = {};
    let current: Side | undefined;
    let words = "";
    return {
      line(text) {
        const [, name] = section.exec(text) ?? [];
        if (name === "Source" || name === "Target") {
          current = { tx: [], rx: [] };
          sides[name] = current;
          return;
        }
        const [, direction, bytes, usec] = rate.exec(text) ?? [];
        if (direction === undefined) {
          if (/^\S+: \S/.test(text) && !told.test(text)) words = text;
          return;
        }
        const seconds = Number(usec) / 1e6;
        const list = direction === "Rx" ? current?.rx : current?.tx;
        list?.push({ bytes: Number(bytes), seconds, bitsPerS: (Number(bytes) * 8) / seconds });
      },
      end() {
        const { Source: source, Target: target } = sides;
        if (source === undefined || target === undefined || target.rx.length === 0) {
          throw failed(words === "" ? "it told no result of both ends" : words);
        }
        if (source.tx.length !== target.rx.length) {
          throw failed(`${source.tx.length} connections sent, ${target.rx.length} received`);
        }
        const dead = target.rx.findIndex(({ bytes }) => bytes === 0);
        if (dead !== -1) throw failed(`connection ${dead + 1} received nothing`);
        return { source, target };
      },
    };
  },
});
