import { defineExperiment, type Reason } from "@hoststack/core";
import { z } from "zod";
import { type RoundTrips, roundTripsParser } from "../round-trips.js";

const options = z.strictObject({
  durationS: z.int().min(1).max(3600).default(5).describe("test time in seconds"),
  requestsPerS: z.int().min(1).max(100).default(5).describe("requests in a second"),
});
type Options = z.output<typeof options>;

/** Starting and ending take seconds in an emulated guest. */
const deadlineMs = ({ durationS }: Options) => (durationS + 45) * 1000;

/** Round trips between the two hosts: an experiment is data and pure functions, core runs it. */
export const roundTrip = defineExperiment<Options, RoundTrips>({
  name: "round-trip",
  summary: "round trips from client to server",
  options,
  needs: [],
  tools: [{ program: "ping", debianPackage: "iputils-ping" }],
  // how far each feature was seen to work: docs/evidence.md shows it
  evidence: [{ feature: "IPv4", level: "namespace" }],
  title: ({ requestsPerS }) => `round trips, ${requestsPerS} in a second`,
  traffic: ({ durationS }) => ({ seconds: durationS }),
  // a server would stand before the client: `ready` says when it is up, `after: ["server"]` waits for it
  processes: ({ options: chosen, client, server }) => [
    {
      id: "client",
      host: client.host,
      argv: [
        ...["ping", "-q", "-i", String(1 / chosen.requestsPerS)],
        ...["-w", String(chosen.durationS), server.address],
      ],
      ends: "itself",
      deadlineMs: deadlineMs(chosen),
    },
  ],
  // by which of its lines the program says when it measured
  window: () => ({
    process: "client",
    window: {
      opens: { line: /^PING /, delayMs: 0 },
      closes: { line: /packets transmitted/, delayMs: 0 },
      source: "iputils ping: its first line, and its totals",
    },
  }),
  parser: { name: roundTripsParser.name, version: roundTripsParser.version },
  parse: (outputs) => roundTripsParser.parseLines(outputs.of("client").stdout.lines()),
  // what only this experiment knows to be wrong: a wrong number that looks right is the worst failure
  check({ result: { sent, received } }): Reason[] {
    if (received === sent) return [];
    const text = `${sent - received} of ${sent} requests were not answered`;
    return [{ state: "invalid", rule: "replies.missing", text }];
  },
  counterRules: [],
  samples: ({ meanS }) =>
    meanS === undefined
      ? []
      : [{ metric: "roundTrip", value: meanS, unit: "s", better: "lower", definition: "mean" }],
  headline: () => "roundTrip",
});
