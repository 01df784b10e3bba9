import { z } from "zod";
import {
  defineExperiment,
  type ExperimentContext,
  type ProcessSpec,
  type Reason,
} from "../../src/index.js";

export type PingContext = ExperimentContext<unknown, Record<never, never>>;

/** A server that listens once it has printed so, and a client that pings it and ends. */
export const honest = (context: PingContext): ProcessSpec[] => [
  {
    id: "server",
    host: context.server.host,
    argv: ["sh", "-c", "sleep 0.3; echo serving; exec sleep 60"],
    ready: { kind: "output", pattern: /^serving$/ },
    ends: "stopped",
    deadlineMs: 20_000,
  },
  {
    id: "client",
    host: context.client.host,
    argv: ["sh", "-c", 'echo begin; ping -q -c 3 -i 0.2 "$0"; echo end', context.server.address],
    after: ["server"],
    ends: "itself",
    deadlineMs: 20_000,
  },
];

/** An experiment of the tests: one host pings the other; what is wrong with it is up to the test. */
export const pingLike = (
  processes: (context: PingContext) => ProcessSpec[],
  check: () => readonly Reason[] = () => [],
) =>
  defineExperiment({
    name: "ping-like",
    summary: "a test's own experiment",
    options: z.strictObject({ seconds: z.int().default(1) }),
    needs: [],
    tools: [{ program: "ping", debianPackage: "iputils-ping" }],
    title: () => "ping-like",
    processes,
    window: () => ({
      process: "client",
      window: {
        opens: { line: /^begin$/, delayMs: 0 },
        closes: { line: /^end$/, delayMs: 0 },
        source: "the test itself",
      },
    }),
    parser: { name: "ping-like", version: 1 },
    async parse(outputs) {
      for await (const line of outputs.of("client").stdout.lines()) {
        const received = /, (\d+) received/.exec(line)?.[1];
        if (received !== undefined) return { received: Number(received) };
      }
      return { received: 0 };
    },
    check,
    counterRules: [],
    samples: ({ received }) => [
      { metric: "received", value: received, unit: "count", better: "higher" },
    ],
    headline: () => "received",
  });
