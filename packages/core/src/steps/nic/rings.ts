import { z } from "zod";
import type { Step } from "../../plan/step.js";
import { type LinkStepOptions, linkFields } from "../link/options.js";
import { checkStepOptions } from "../options.js";
import { linkRestart, refuseAboveMaximum } from "./limits.js";
import { needsOne } from "./needs-one.js";
import { nicSettingsStep, wantedSettings } from "./settings-step.js";

const descriptors = z.int().min(0).max(1_048_576).optional();
const schema = z
  .strictObject({
    ...linkFields,
    rx: descriptors,
    rxMini: descriptors,
    rxJumbo: descriptors,
    tx: descriptors,
    tcpDataSplit: z.boolean().optional(),
  })
  .check(needsOne(["rx", "rxMini", "rxJumbo", "tx", "tcpDataSplit"]));

/** Sizes of a NIC's descriptor rings; what is not named stays. */
export interface RingsStepOptions extends LinkStepOptions {
  /** In descriptors, as all of them. */
  readonly rx?: number;
  readonly rxMini?: number;
  readonly rxJumbo?: number;
  readonly tx?: number;
  /** Headers and payload of TCP in buffers of their own; needs ethtool 6.7. */
  readonly tcpDataSplit?: boolean;
}

/** As ethtool prints and as it takes them. */
const names = {
  rx: ["RX", "rx"],
  rxMini: ["RX Mini", "rx-mini"],
  rxJumbo: ["RX Jumbo", "rx-jumbo"],
  tx: ["TX", "tx"],
  tcpDataSplit: ["TCP data split", "tcp-data-split"],
} as const;

/**
 * Sets ring sizes (`ethtool -G`). One above the driver's maximum is refused; one that the driver rounds is a
 * failure. Throws OPTIONS_INVALID.
 */
export function ringsStep(options: RingsStepOptions): Step {
  const given = checkStepOptions(schema, options, "rings");
  return nicSettingsStep({
    options: given,
    name: "rings",
    title: "ring sizes",
    show: "-g",
    set: "-G",
    wanted: wantedSettings(names, given),
    recent: ["tcp-data-split"],
    irreversible: linkRestart(given.nic),
    refuse: refuseAboveMaximum(given.nic),
  });
}
