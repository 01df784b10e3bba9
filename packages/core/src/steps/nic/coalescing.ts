import { z } from "zod";
import type { Step } from "../../plan/step.js";
import { type LinkStepOptions, linkFields } from "../link/options.js";
import { checkStepOptions } from "../options.js";
import { needsOne } from "./needs-one.js";
import { nicSettingsStep, wantedSettings } from "./settings-step.js";

const amount = z.int().min(0).max(4_294_967_295).optional();
const schema = z
  .strictObject({
    ...linkFields,
    adaptiveRx: z.boolean().optional(),
    adaptiveTx: z.boolean().optional(),
    rxUsecs: amount,
    rxFrames: amount,
    txUsecs: amount,
    txFrames: amount,
  })
  .check(needsOne(["adaptiveRx", "adaptiveTx", "rxUsecs", "rxFrames", "txUsecs", "txFrames"]))
  .refine((one) => one.adaptiveRx !== true || one.rxUsecs === undefined, {
    path: ["rxUsecs"],
    message: "cannot be fixed while adaptiveRx has the driver choose it",
  })
  .refine((one) => one.adaptiveTx !== true || one.txUsecs === undefined, {
    path: ["txUsecs"],
    message: "cannot be fixed while adaptiveTx has the driver choose it",
  });

/** When a NIC interrupts; what is not named stays. */
export interface CoalescingStepOptions extends LinkStepOptions {
  /** The driver chooses by load (DIM). */
  readonly adaptiveRx?: boolean;
  readonly adaptiveTx?: boolean;
  /** Longest wait after a packet has come, in microseconds. */
  readonly rxUsecs?: number;
  /** Most packets that wait. */
  readonly rxFrames?: number;
  /** Longest wait after a packet has been sent, in microseconds. */
  readonly txUsecs?: number;
  /** Most packets that wait. */
  readonly txFrames?: number;
}

/** As ethtool prints and as it takes them. */
const names = {
  adaptiveRx: ["adaptive-rx", "adaptive-rx"],
  adaptiveTx: ["adaptive-tx", "adaptive-tx"],
  rxUsecs: ["rx-usecs", "rx-usecs"],
  rxFrames: ["rx-frames", "rx-frames"],
  txUsecs: ["tx-usecs", "tx-usecs"],
  txFrames: ["tx-frames", "tx-frames"],
} as const;

/** Sets interrupt moderation (`ethtool -C`). Throws OPTIONS_INVALID. */
export function coalescingStep(options: CoalescingStepOptions): Step {
  const given = checkStepOptions(schema, options, "coalescing");
  return nicSettingsStep({
    options: given,
    name: "coalescing",
    title: "interrupt coalescing",
    show: "-c",
    set: "-C",
    wanted: wantedSettings(names, given),
    irreversible: [],
  });
}
