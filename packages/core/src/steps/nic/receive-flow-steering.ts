import { z } from "zod";
import type { Step } from "../../plan/step.js";
import { type LinkStepOptions, linkFields } from "../link/options.js";
import { checkStepOptions } from "../options.js";
import { sysctlStep } from "../sysctl.js";
import { offloadsStep } from "./offloads.js";
import { queueSteeringStep } from "./queue-steering.js";

const schema = z.strictObject({
  ...linkFields,
  entries: z.int().min(0),
  flowCount: z.int().min(0),
  accelerated: z.boolean().default(false),
});

/** Packets of a flow to the CPU of the program that reads it. */
export interface ReceiveFlowSteeringOptions extends LinkStepOptions {
  /** Flows the machine remembers, a power of two; 0 is off. */
  readonly entries: number;
  /** Flows each receive queue remembers, a power of two; 0 is off. */
  readonly flowCount: number;
  /** Has the NIC steer them itself (aRFS), by its n-tuple filters. @default false */
  readonly accelerated?: boolean;
}

/** The steps of RFS, and of aRFS where asked for. Throws OPTIONS_INVALID. */
export function receiveFlowSteeringSteps(options: ReceiveFlowSteeringOptions): readonly Step[] {
  const given = checkStepOptions(schema, options, "receive flow steering");
  const { nic, lifetime, after, entries, flowCount, accelerated } = given;
  const link = { nic, lifetime, ...(after === undefined ? {} : { after }) };
  return [
    ...(accelerated ? [offloadsStep({ ...link, ntuple: true })] : []),
    sysctlStep({ key: "net.core.rps_sock_flow_entries", value: entries, lifetime }),
    queueSteeringStep({ ...link, flowCount }),
  ];
}
