import { z } from "zod";
import type { Step } from "../../plan/step.js";
import { type LinkStepOptions, linkFields } from "../link/options.js";
import { checkStepOptions } from "../options.js";
import { linkRestart, refuseAboveMaximum } from "./limits.js";
import { needsOne } from "./needs-one.js";
import { nicSettingsStep, wantedSettings } from "./settings-step.js";

const count = z.int().min(0).max(65_536).optional();
const schema = z
  .strictObject({ ...linkFields, rx: count, tx: count, other: count, combined: count })
  .check(needsOne(["rx", "tx", "other", "combined"]));

/** Numbers of a NIC's queues by what they serve; what is not named stays. */
export interface ChannelsStepOptions extends LinkStepOptions {
  readonly rx?: number;
  readonly tx?: number;
  readonly other?: number;
  /** Channels that both receive and send, as most drivers have them. */
  readonly combined?: number;
}

/** As ethtool prints and as it takes them. */
const names = {
  rx: ["RX", "rx"],
  tx: ["TX", "tx"],
  other: ["Other", "other"],
  combined: ["Combined", "combined"],
} as const;

/** Sets numbers of channels (`ethtool -L`), at most as many as the driver has. Throws OPTIONS_INVALID. */
export function channelsStep(options: ChannelsStepOptions): Step {
  const given = checkStepOptions(schema, options, "channels");
  return nicSettingsStep({
    options: given,
    name: "channels",
    title: "channels",
    show: "-l",
    set: "-L",
    wanted: wantedSettings(names, given),
    irreversible: [
      ...linkRestart(given.nic),
      `an RSS table, steering rules, XPS and interrupt affinities of ${given.nic} that its driver makes anew`,
    ],
    refuse: refuseAboveMaximum(given.nic),
  });
}
