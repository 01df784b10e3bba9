import type { CheckContext, Reason } from "@hoststack/core";
import { invalid, overlapFindings, payloadFindings, suspect } from "../findings.js";
import type { NeperProgram } from "../neper/options.js";
import type { NeperSamples } from "../neper/samples-file.js";
import type { NeperChoice } from "./options.js";
import { sharedOptions } from "./processes.js";
import { countingSide, type LinkReport, type NeperResult } from "./result.js";

type Context = CheckContext<NeperChoice, NeperResult>;

/** Counts grow evenly where a rate is steady. */
const leastCorrelation = 0.99;

/** Both sides tell the other's rate; where they differ one of them is of another test. */
function agreement({ sides: { client, server } }: LinkReport): Reason[] {
  const [one, other] = [client.results, server.results];
  const pairs = [
    ["client", one.localPerS, other.remotePerS],
    ["server", other.localPerS, one.remotePerS],
  ] as const;
  return pairs.flatMap(([side, own, told]) => {
    const text = `the ${side} says that its rate is ${own}, the other side that it is ${told}`;
    return own === told ? [] : [invalid("neper.sides-disagree", text)];
  });
}

function sideFindings({ sides }: LinkReport): Reason[] {
  return (["client", "server"] as const).flatMap((name): Reason[] => {
    const { results, complaints } = sides[name];
    const { correlation = 1, rejectedClients } = results;
    return [
      ...results.invalid.map((why) => invalid("neper.no-figure", `${name}: ${why}`)),
      ...complaints.map((words) => invalid("neper.complained", `the ${name} complained: ${words}`)),
      ...(rejectedClients === 0
        ? []
        : [suspect("neper.strangers", `${rejectedClients} strangers knocked at the ${name}`)]),
      ...(correlation >= leastCorrelation
        ? []
        : [suspect("neper.uneven", `the rate of the ${name} was uneven (${correlation})`)]),
    ];
  });
}

/**
 * A flow that stopped before the others, or never began, is not in a rate that seems to be of all. Without a number of
 * flows `wanted` they are sockets, some of which the kernel may have given no flow.
 */
function flowFindings(samples: NeperSamples | undefined, wanted: number | undefined): Reason[] {
  if (samples === undefined) return [invalid("flow.unseen", "no samples of its flows came")];
  const { flows } = samples;
  const endS = Math.max(0, ...flows.flatMap(({ intervals }) => intervals.at(-1)?.toS ?? 0));
  const dead = flows.flatMap(({ thread, flow, intervals }): Reason[] => {
    const idle = intervals.every(({ perS }) => perS === 0);
    if (idle && wanted === undefined) return [];
    const lastS = intervals.findLast(({ perS }) => perS > 0)?.toS ?? 0;
    const longest = Math.max(0, ...intervals.map(({ fromS, toS }) => toS - fromS));
    if (endS - lastS <= 0.1 * endS + 1.5 * longest && lastS > 0) return [];
    const text = `flow ${flow} of thread ${thread} carried nothing after ${lastS.toFixed(1)} s of ${endS.toFixed(1)} s`;
    return [invalid("flow.died", text)];
  });
  if (wanted === undefined || wanted === flows.length) return dead;
  return [...dead, invalid("flow.missing", `${flows.length} of ${wanted} flows carried anything`)];
}

/** What the receiving NIC must have carried. */
function payload(program: NeperProgram, context: Context, index: number): Reason[] {
  const [ends, link] = [context.links[index], context.result.links[index]];
  if (ends === undefined || link === undefined) return [];
  const counting = countingSide(program, context.options);
  const { measuredS = 0, transactions = 0 } = link.sides[counting].results;
  if (program.endsWith("stream")) {
    return payloadFindings(context, ends[counting], (link.perS / 8) * measuredS);
  }
  const { requestBytes = 1 } = sharedOptions(program, context.options);
  return payloadFindings(context, ends.server, transactions * requestBytes);
}

/** Everything that is wrong with a trial, each with the NIC it is of. */
export function checkNeper(program: NeperProgram, context: Context): Reason[] {
  const { links } = context.result;
  const counting = countingSide(program, context.options);
  // a UDP server has a socket for each thread, whatever sends to it
  const wanted = program === "udp_stream" ? undefined : context.options.flows;
  const own = links.flatMap((link, index) => {
    const name = context.links[index]?.server.nic ?? link.client;
    return [
      ...sideFindings(link),
      ...agreement(link),
      ...flowFindings(link.sides[counting].samples, wanted),
      ...payload(program, context, index),
    ].map((reason) => ({ ...reason, text: `${name}: ${reason.text}` }));
  });
  const clients = links.map(({ client }) => client);
  return [...own, ...(clients.length > 1 ? overlapFindings(clients, context.windows) : [])];
}
