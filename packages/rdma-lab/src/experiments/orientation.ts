import { defineExperiment, type Outputs, type Reason } from "@hoststack/core";
import {
  type MetricSample,
  pingArgv,
  pingParser,
  pingSamples,
  pingWindow,
  type Unit,
} from "@hoststack/tools";
import { z } from "zod";
import { answersOf } from "../orientation/answers.js";
import { type HostOrientation, readOrientation } from "../orientation/orientation.js";
import { orientationArgv } from "../orientation/script.js";
import { sectionsOf } from "../orientation/sections.js";
import { invalid, suspect } from "./findings.js";

export type { HostOrientation } from "../orientation/orientation.js";

const options = z.strictObject({
  count: z.int().min(6).max(1000).default(11).describe("echo requests, five a second"),
});

const intervalS = 0.2;

const lookAt = async (outputs: Outputs, role: "client" | "server") =>
  readOrientation(await sectionsOf(outputs.of(`look-${role}`).stdout.lines()));

/** Numbers of a host that are worth a line in a report. */
function hostSamples(role: string, { cpus, nics, dataNic }: HostOrientation): MetricSample[] {
  const one = (
    metric: string,
    { value, unit = "count" }: { readonly value: number; readonly unit?: Unit },
    definition: string,
  ): MetricSample => ({ metric: `${role}.${metric}`, value, unit, better: "higher", definition });
  const count = (metric: string, value: number, definition: string) =>
    one(metric, { value }, definition);
  const value = nics.find(({ name }) => name === dataNic)?.speedBitsPerS;
  const speed = `question 1.1: of ${dataNic}, as its driver tells`;
  return [
    ...(value === undefined ? [] : [one("linkSpeed", { value, unit: "bit/s" }, speed)]),
    count("sockets", cpus.sockets, "question 1.2: processors"),
    count("physicalCores", cpus.physicalCores, "question 1.2: cores"),
    count("hardwareThreads", cpus.hardwareThreads, "question 1.2: CPUs as the kernel counts them"),
    count("numaNodes", cpus.nodes.length, "question 1.2: 1 is memory in one piece"),
  ];
}

/** What keeps a host from the exercises that follow. */
function nicFindings({ host, nics, dataNic }: HostOrientation): Reason[] {
  const own = nics.find(({ name }) => name === dataNic);
  if (own === undefined) return [invalid("orientation.no-nic", `${host} has no ${dataNic}`)];
  const { rdma, state } = own;
  const dead = `${rdma?.device} on ${dataNic} of ${host} is ${rdma?.state}, not ACTIVE`;
  return [
    ...(state === "connected"
      ? []
      : [invalid("orientation.no-carrier", `${dataNic} of ${host} is ${state}`)]),
    ...(rdma === undefined || rdma.state === "ACTIVE" ? [] : [suspect("orientation.rdma", dead)]),
  ];
}

/**
 * What both hosts are, as data, with the questions of exercise 1 of the lab answered: cards that can do RDMA, which of
 * them is connected, how fast it is, and how CPUs and memory lie. A ping over the link shows that it joins these two.
 */
export const orientation = defineExperiment({
  name: "orientation",
  summary: "RDMA cards, link and CPUs of both hosts, as data",
  options,
  needs: [],
  tools: [
    { program: "ip", debianPackage: "iproute2" },
    { program: "lscpu", debianPackage: "util-linux" },
    { program: "ping", debianPackage: "iputils-ping" },
  ],
  evidence: [
    { feature: "interfaces and CPUs", level: "guest" },
    { feature: "SoftRoCE", level: "guest" },
    { feature: "PCI lanes, NUMA and SMT", level: "constructed" },
  ],
  title: () => "orientation: round trip of an echo request",
  traffic: ({ count }) => ({ seconds: count * intervalS }),
  processes: ({ client, server, options: { count } }) => [
    ...Object.entries({ client, server }).map(([role, { host, nic }]) => ({
      id: `look-${role}`,
      host,
      argv: orientationArgv(host, nic),
      ends: "itself" as const,
      deadlineMs: 60_000,
    })),
    {
      id: "client",
      host: client.host,
      argv: pingArgv({ address: server.address, nic: client.nic, count, intervalS }),
      ends: "itself",
      deadlineMs: 60_000 + 2 * count * intervalS * 1000,
    },
  ],
  window: () => ({ process: "client", window: pingWindow }),
  parser: { name: "orientation", version: 1 },
  async parse(outputs) {
    const ping = await pingParser.parseLines(outputs.of("client").stdout.lines());
    const [client, server] = [await lookAt(outputs, "client"), await lookAt(outputs, "server")];
    /** The questions of exercise 1 of the lab, host by host. */
    const answers = [client, server].flatMap(answersOf);
    return { client, server, ping, answers };
  },
  check({ result: { client, server, ping } }) {
    const { sent, received } = ping;
    const lost = `${received} of ${sent} echo requests were answered (threshold all)`;
    return [
      ...[client, server].flatMap(nicFindings),
      ...(received === sent ? [] : [suspect("ping.loss", lost)]),
    ];
  },
  counterRules: [],
  samples: ({ client, server, ping }) => [
    ...pingSamples(ping),
    ...hostSamples("client", client),
    ...hostSamples("server", server),
  ],
  headline: () => "roundTrip.mean",
});
