import { z } from "zod";
import type { Step } from "../../plan/step.js";
import { type LinkStepOptions, linkFields } from "../link/options.js";
import { checkStepOptions } from "../options.js";
import { linkRestart } from "./limits.js";
import { needsOne } from "./needs-one.js";
import { nicSettingsStep, wantedSettings } from "./settings-step.js";

const onOff = z.boolean().optional();
const schema = z
  .strictObject({ ...linkFields, autonegotiate: onOff, rx: onOff, tx: onOff })
  .check(needsOne(["autonegotiate", "rx", "tx"]));

/** Whether a NIC heeds and sends pause frames; what is not named stays. */
export interface PauseStepOptions extends LinkStepOptions {
  readonly autonegotiate?: boolean;
  readonly rx?: boolean;
  readonly tx?: boolean;
}

/** As ethtool prints and as it takes them. */
const names = {
  autonegotiate: ["Autonegotiate", "autoneg"],
  rx: ["RX", "rx"],
  tx: ["TX", "tx"],
} as const;

/** Sets global pause frames (`ethtool -A`). Throws OPTIONS_INVALID. */
export function pauseStep(options: PauseStepOptions): Step {
  const given = checkStepOptions(schema, options, "pause");
  return nicSettingsStep({
    options: given,
    name: "pause",
    title: "pause frames",
    show: "-a",
    set: "-A",
    wanted: wantedSettings(names, given),
    irreversible: linkRestart(given.nic),
  });
}
