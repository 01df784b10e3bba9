import type { Outputs } from "@hoststack/core";
import { type MetricSample, parseFailure } from "@hoststack/tools";
import { flowSetIds } from "../flow-sets.js";
import type { NeperProgram } from "../neper/options.js";
import { neperParser } from "../neper/report.js";
import { type NeperSamples, neperSamplesParser } from "../neper/samples-file.js";
import type { NeperReport, NeperResults } from "../neper/shape.js";
import { splitSamples } from "../neper/with-samples.js";
import type { NeperChoice } from "./options.js";
import { sharedOptions } from "./processes.js";

/** What one side of a link left. */
export interface SideReport {
  readonly report: NeperReport;
  readonly results: NeperResults;
  /** What it complained about, though it may have gone on. */
  readonly complaints: readonly string[];
  /** Of a side that reports. */
  readonly samples?: NeperSamples;
}

/** What one link came to. */
export interface LinkReport {
  /** Ids of its processes. */
  readonly client: string;
  readonly server: string;
  /** bit/s of a stream, else transactions per second, as the side that counts them says. */
  readonly perS: number;
  readonly sides: { readonly client: SideReport; readonly server: SideReport };
}

/** What all links came to. */
export interface NeperResult {
  /** Sum of all links: of a stream. */
  readonly throughputGbps?: number;
  /** Sum of all links: of requests and responses. */
  readonly transactionsPerS?: number;
  readonly links: readonly LinkReport[];
}

async function readSide(outputs: Outputs, id: string): Promise<SideReport> {
  const { stdout, stderr } = outputs.of(id);
  const { said, samples } = await splitSamples(stderr.lines());
  const report = await neperParser.parseLines(stdout.lines());
  const { results } = report;
  if (results === undefined) throw parseFailure("neper", `${id} has no results`, said);
  const parsed =
    samples.length > 0 ? { samples: neperSamplesParser.parse(samples.join("\n")) } : {};
  return { report, results, complaints: [...new Set(said)], ...parsed };
}

/** Streams are counted where they arrive, requests where they are sent. */
export const countingSide = (program: NeperProgram, chosen: NeperChoice): "client" | "server" =>
  program.endsWith("rr") || sharedOptions(program, chosen).reverse === true ? "client" : "server";

/** Reads what all programs left. Throws PARSE_FAILED. */
export async function readNeper(
  program: NeperProgram,
  outputs: Outputs,
  chosen: NeperChoice,
): Promise<NeperResult> {
  const counting = countingSide(program, chosen);
  const links = await Promise.all(
    flowSetIds(chosen.links).map(async (ids): Promise<LinkReport> => {
      const [client, server] = await Promise.all([
        readSide(outputs, ids.client),
        readSide(outputs, ids.server),
      ]);
      const sides = { client, server };
      return { ...ids, perS: sides[counting].results.localPerS, sides };
    }),
  );
  const sum = links.reduce((total, { perS }) => total + perS, 0);
  return program.endsWith("stream")
    ? { throughputGbps: sum / 1e9, links }
    : { transactionsPerS: sum, links };
}

const sumOf = (links: number) =>
  links === 1 ? {} : { definition: `sum over ${links} links that measured side by side` };

/** Of the slowest link: a mean over links would hide it. */
function latencySamples(links: readonly LinkReport[]): MetricSample[] {
  const all = links.flatMap(({ sides }) => sides.client.results.latency ?? []);
  if (all.length < links.length) return [];
  const unit = { unit: "s", better: "lower" } as const;
  const worst = (values: readonly number[]) => Math.max(...values);
  const of = links.length === 1 ? "request to response" : "of the link where it is longest";
  const percentiles = all[0]?.percentiles ?? [];
  return [
    {
      metric: "latency.mean",
      value: worst(all.map(({ meanS }) => meanS)),
      ...unit,
      definition: of,
    },
    ...percentiles.map(({ percentile }, index): MetricSample => {
      const values = all.flatMap(({ percentiles: own }) => own[index]?.seconds ?? []);
      const definition = `${of}; upper bound of a bucket, up to 1.6 % too large`;
      return { metric: `latency.p${percentile}`, value: worst(values), ...unit, definition };
    }),
  ];
}

/** Figures of a trial. */
export function neperSamples({
  throughputGbps,
  transactionsPerS,
  links,
}: NeperResult): MetricSample[] {
  const higher = { better: "higher", ...sumOf(links.length) } as const;
  if (throughputGbps !== undefined) {
    return [{ metric: "goodput", value: throughputGbps * 1e9, unit: "bit/s", ...higher }];
  }
  return [
    { metric: "transactions", value: transactionsPerS ?? Number.NaN, unit: "count/s", ...higher },
    ...latencySamples(links),
  ];
}
