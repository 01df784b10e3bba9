import { channelsStep, linkMtuStep, offloadsStep, ringsStep, type Step } from "@hoststack/core";
import type { EngineName } from "../engines/engine.js";
import { driverResetStep } from "./driver-reset.js";
import { steeringGuardStep } from "./steering-guard.js";

/** A receiving NIC and what is asked of it beside device memory. */
export interface ReceiverOptions {
  readonly nic: string;
  /** In bytes. @default as it is */
  readonly mtuBytes?: number;
  /** Channels that both receive and send. @default as they are */
  readonly combined?: number;
}

/**
 * What has to hold on a receiver while an engine runs, as steps that are undone afterwards. Plain traffic needs nothing.
 * Steering of flows and the split of RSS are the programs' own work: they do it when they bind. Throws OPTIONS_INVALID.
 */
export function receiverSteps(
  engine: EngineName,
  { nic, mtuBytes, combined }: ReceiverOptions,
): readonly Step[] {
  const size = [
    ...(mtuBytes === undefined ? [] : [linkMtuStep({ nic, mtuBytes })]),
    ...(combined === undefined ? [] : [channelsStep({ nic, combined })]),
  ];
  switch (engine) {
    case "baseline":
      return size;
    case "legacy-tcpd":
      return [steeringGuardStep(nic), ...size, driverResetStep({ nic })];
    case "mainline":
      return [
        steeringGuardStep(nic, { rss: true }),
        ...size,
        ringsStep({ nic, tcpDataSplit: true }),
        offloadsStep({ nic, ntuple: true }),
      ];
  }
}
