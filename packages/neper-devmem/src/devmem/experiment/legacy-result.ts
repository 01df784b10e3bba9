import { type CheckContext, type Outputs, type Reason, tcpRules } from "@hoststack/core";
import type { MetricSample } from "@hoststack/tools";
import { invalid, overlapFindings, payloadFindings } from "../../findings.js";
import { complaintsIn, neperLogParser } from "../../neper/log.js";
import { neperParser } from "../../neper/report.js";
import { validationLogParser } from "../validation/log.js";
import {
  devmemSamples,
  type ReceivedRun,
  type ValidationVerdict,
  validationVerdict,
} from "../validation/verdict.js";
import { setIds } from "./legacy-processes.js";
import { flowSetChoice, type TcpdChoice } from "./options.js";

/** What one link came to. */
export interface DevmemLink {
  readonly server: string;
  readonly client: string;
  /** As the receiver counted. */
  readonly bitsPerS: number;
  readonly measuredS: number;
  /** What the sender was told of it at the end. */
  readonly toldBitsPerS: number;
  readonly validation: ValidationVerdict;
  readonly complaints: readonly string[];
}

/** What all links came to; without a figure where payload was validated. */
export interface DevmemResult {
  readonly throughputGbps?: number;
  readonly validated: boolean;
  readonly links: readonly DevmemLink[];
}

async function readLink(
  outputs: Outputs,
  ids: { readonly client: string; readonly server: string },
  chosen: TcpdChoice,
): Promise<DevmemLink> {
  const lines: string[] = [];
  for await (const line of outputs.of(ids.server).stderr.lines()) lines.push(line);
  const text = lines.join("\n");
  const { results } = await neperParser.parseLines(outputs.of(ids.server).stdout.lines());
  const sender = await neperParser.parseLines(outputs.of(ids.client).stdout.lines());
  const { localPerS: bitsPerS = 0, measuredS = 0 } = results ?? {};
  const run: ReceivedRun = {
    ...{ options: flowSetChoice(chosen), completed: results !== undefined },
    ...{ bitsPerS, seconds: measuredS, log: validationLogParser.parse(text) },
  };
  return {
    ...ids,
    ...{ bitsPerS, measuredS, toldBitsPerS: sender.results?.remotePerS ?? 0 },
    validation: validationVerdict(run),
    complaints: complaintsIn(neperLogParser.parse(text)),
  };
}

/** Reads what all programs left. Throws PARSE_FAILED. */
export async function readLegacy(outputs: Outputs, chosen: TcpdChoice): Promise<DevmemResult> {
  const ids = setIds(chosen.links);
  const links = await Promise.all(ids.map((one) => readLink(outputs, one, chosen)));
  const sum = links.reduce((total, { bitsPerS }) => total + bitsPerS, 0);
  const { validate: validated } = chosen;
  return validated ? { validated, links } : { throughputGbps: sum / 1e9, validated, links };
}

/** Everything that is wrong with a trial, each with the NIC it is of. */
export function checkLegacy(context: CheckContext<TcpdChoice, DevmemResult>): readonly Reason[] {
  const { links } = context.result;
  const own = links.flatMap((link, index): Reason[] => {
    const end = context.links[index]?.server;
    const { bitsPerS, toldBitsPerS, measuredS, validation, complaints } = link;
    const found = [
      ...(bitsPerS > 0 ? [] : [invalid("flow.empty", "the receiver received nothing")]),
      ...(bitsPerS === toldBitsPerS
        ? []
        : [invalid("neper.sides-disagree", `received ${bitsPerS}, told ${toldBitsPerS} bit/s`)]),
      ...(validation.kind === "mismatch" ? [invalid("payload.mismatch", validation.text)] : []),
      ...(validation.kind === "unchecked" && context.options.validate
        ? [invalid("payload.unchecked", validation.text)]
        : []),
      ...complaints
        .filter((words) => !words.includes("incorrect byte"))
        .map((words) => invalid("neper.complained", words)),
      ...(end === undefined ? [] : payloadFindings(context, end, (bitsPerS / 8) * measuredS)),
    ];
    return found.map((one) => ({ ...one, text: `${end?.nic ?? link.server}: ${one.text}` }));
  });
  const clients = links.map(({ client }) => client);
  return [...own, ...(clients.length > 1 ? overlapFindings(clients, context.windows) : [])];
}

/** Figures of a trial: a rate, or how many bytes were checked. */
export function legacySamples({ links, validated, throughputGbps = 0 }: DevmemResult) {
  const bytes = links.reduce((sum, one) => sum + (one.bitsPerS / 8) * one.measuredS, 0);
  const checked: MetricSample = {
    ...({
      metric: "validated",
      value: Math.round(bytes),
      unit: "bytes",
      better: "higher",
    } as const),
    definition: "payload that arrived while it was checked; no measure of speed",
  };
  if (validated) return [checked];
  return devmemSamples({ validated, bitsPerS: throughputGbps * 1e9 });
}

/** Counters whose growth makes a trial suspect. */
export const legacyRules = tcpRules;
