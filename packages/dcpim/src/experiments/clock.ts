import {
  type ExperimentContext,
  type InformedPart,
  type Outputs,
  type ProcessSpec,
  ptpStep,
  ptpWatchArgv,
  ptpWatchParser,
  ptpWatchReadiness,
  type RoleView,
  type Step,
  timeSyncStoppedStep,
} from "@hoststack/core";
import { z } from "zod";
import type { HostFacts } from "../host-facts.js";
import type { ClockName, PtpClocks } from "./ptp-clocks.js";

/** What makes times of both hosts comparable. */
export const clockOptions = {
  clock: z
    .enum(["corrected", "own", "ptp"])
    .default("corrected")
    .describe("measured, as is, or PTP's"),
  clockBoundUs: z.int().min(1).max(100_000).default(1000).describe("largest clock error, us"),
  ptp: z.enum(["gptp", "1588", "software"]).default("gptp").describe("cable, switches, or no PHC"),
} as const;

type PtpName = "1588" | "gptp" | "software";

/** gPTP is upstream's, for a cable; what the kernel stamps goes over any link. */
const settings = {
  gptp: { timestamping: "hardware", standard: "802.1AS" },
  "1588": { timestamping: "hardware", standard: "1588" },
  software: { timestamping: "software", standard: "1588" },
} as const satisfies Record<PtpName, object>;

/** Options about clocks. */
export interface ClockOptions {
  readonly clock: ClockName;
  readonly clockBoundUs: number;
  readonly ptp: PtpName;
}

/** Upstream has 248 at both ends, where the numbers of the cards decide; here the server's is the clock. */
const priorities = { client: 248, server: 247 } as const;

/** PTP on a host's data NIC while something is measured, and what else would set its clock stopped meanwhile. */
export function clockSteps(
  { clock, ptp }: ClockOptions,
  { nics: [nic = ""], role }: InformedPart<HostFacts>,
): readonly Step[] {
  if (clock !== "ptp") return [];
  const stopped = timeSyncStoppedStep();
  return [
    stopped,
    ptpStep({
      ...{ nic, after: stopped.id, ...settings[ptp] },
      priority: priorities[role],
    }),
  ];
}

const roles = { client: "follower", server: "reference" } as const;
const watchId = (end: keyof typeof roles) => `${end}-clock`;

/** Processes that begin once PTP keeps both clocks as asked; it is watched until they have ended. */
export function onClocks(
  { options, client, server }: ExperimentContext<ClockOptions, HostFacts>,
  processes: readonly ProcessSpec[],
): readonly ProcessSpec[] {
  if (options.clock !== "ptp") return processes;
  const maxOffsetNs = options.clockBoundUs * 1000;
  const watch = (end: keyof typeof roles, { host, nic }: RoleView<HostFacts>): ProcessSpec => ({
    ...{ id: watchId(end), host, ends: "stopped", ready: ptpWatchReadiness() },
    argv: ptpWatchArgv({ nic, role: roles[end], maxOffsetNs }),
    deadlineMs: Math.max(...processes.map(({ deadlineMs }) => deadlineMs)) + 120_000,
  });
  const watches = [watch("client", client), watch("server", server)];
  const after = watches.map(({ id }) => id);
  const waiting = processes.map((one) => ({ ...one, after: [...(one.after ?? []), ...after] }));
  return [...watches, ...waiting];
}

/** What the watches told; undefined where clocks are not PTP's. */
export async function readClocks(
  outputs: Outputs,
  { clock }: ClockOptions,
): Promise<PtpClocks | undefined> {
  if (clock !== "ptp") return undefined;
  const of = (end: keyof typeof roles) =>
    ptpWatchParser.parseLines(outputs.of(watchId(end)).stdout.lines());
  return { client: await of("client"), server: await of("server") };
}
