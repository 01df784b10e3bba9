import { defineParser, HoststackError } from "@hoststack/tools";
import { z } from "zod";
import type { FlowSet } from "../flow-sets/flow-set.js";

/** Sources of the kernel's own test program, to be built from the tree of the kernel that runs. */
export const ncdevmemBuildArgv = [
  "make",
  "-C",
  "tools/testing/selftests",
  "TARGETS=drivers/net/hw",
] as const;

/** Values of a pattern's bytes that ncdevmem checks for: 1 to this less one, then a line's end. */
const patternBytes = 7;

/**
 * One end of ncdevmem: sends or receives device memory over one flow set's first port. It shows that it works and checks
 * payload; its rates say nothing, as it prints every fragment. As server it binds `queueCount` queues from `queueStart`
 * on, and sets header split, RSS and steering itself.
 */
export function ncdevmemArgv(
  { options, server, client, port }: FlowSet,
  role: "client" | "server",
  program = "ncdevmem",
): readonly [string, ...string[]] {
  const common = ["-s", server.address, "-c", client.address, "-p", String(port)];
  if (role === "client") return [program, ...common, "-f", client.nic];
  return [
    ...([program, ...common, "-f", server.nic, "-l"] as const),
    ...["-t", String(options.queueStart), "-q", String(options.queueCount)],
    ...(options.validate ? ["-v", String(patternBytes)] : []),
  ];
}

/** What to send so that the server's check passes: whole periods of the pattern. */
export function validationPattern(bytes: number): Uint8Array {
  return Uint8Array.from({ length: bytes - (bytes % patternBytes) }, (_, at) => {
    const value = (at % patternBytes) + 1;
    return value === patternBytes ? 10 : value;
  });
}

/** Asks a NIC for all of it: without addresses the program binds, unbinds and refuses what has to be refused. */
export const ncdevmemSelfTestArgv = (nic: string, program = "ncdevmem"): readonly string[] => [
  program,
  "-f",
  nic,
];

const resultSchema = z.strictObject({
  bytes: z.int().min(1),
  fragments: z.strictObject({ pageAligned: z.int().min(0), others: z.int().min(0) }),
  /** Buffers that were checked without a mismatch in them. */
  validatedBuffers: z.int().min(0),
  mismatch: z
    .strictObject({
      expected: z.int(),
      actual: z.int(),
      index: z.int(),
      /** At most 21: the program ends there. */
      count: z.int().min(1),
    })
    .optional(),
});

/** What ncdevmem's server received. */
export type NcdevmemResult = z.output<typeof resultSchema>;

const failed = (text: string) =>
  new HoststackError("PARSE_FAILED", `ncdevmem: ${text}`, { details: { parser: "ncdevmem" } });

const patterns = {
  total: /\btotal_received=(\d+)/,
  aligned: /^page_aligned_frags=(\d+), non_page_aligned_frags=(\d+)/,
  mismatch: /^Failed validation: expected=(\d+), actual=(\d+), index=(\d+)/,
  refused:
    /\[(?:FAIL|skip)[^\]]*\]|^YNL failed: |^Failed to |validation failed\.|flow steering error/,
};

/**
 * Standard output and standard error of ncdevmem's server, in any order. Throws PARSE_FAILED with the program's own words
 * where it failed, and where it ended before it had told its sums.
 */
export const ncdevmemParser = defineParser<NcdevmemResult>({
  name: "ncdevmem",
  version: 1,
  schema: resultSchema,
  reader: () => {
    let bytes = 0;
    let fragments: { pageAligned: number; others: number } | undefined;
    let validatedBuffers = 0;
    let mismatch: { expected: number; actual: number; index: number; count: number } | undefined;
    let refusal: string | undefined;
    return {
      line(text) {
        if (text === "Validated buffer") validatedBuffers += 1;
        const [, total] = patterns.total.exec(text) ?? [];
        if (total !== undefined) bytes = Number(total);
        const [, aligned, others] = patterns.aligned.exec(text) ?? [];
        if (aligned !== undefined)
          fragments = { pageAligned: Number(aligned), others: Number(others) };
        const [, expected, actual, index] = patterns.mismatch.exec(text) ?? [];
        if (expected !== undefined) {
          mismatch ??= {
            ...{ expected: Number(expected), actual: Number(actual), index: Number(index) },
            count: 0,
          };
          mismatch.count += 1;
        } else if (patterns.refused.test(text)) refusal ??= text.trim();
      },
      end() {
        if (mismatch === undefined && refusal !== undefined) throw failed(refusal);
        if (fragments === undefined && mismatch === undefined) {
          throw failed("it ended before it told its sums");
        }
        // The program prints a buffer as validated also where bytes of it differed.
        const sound = mismatch === undefined ? validatedBuffers : 0;
        return {
          ...{ bytes, fragments: fragments ?? { pageAligned: 0, others: 0 } },
          validatedBuffers: sound,
          ...(mismatch === undefined ? {} : { mismatch }),
        };
      },
    };
  },
});
