import { z } from "zod";
import type { Step } from "../../plan/step.js";
import { type Impossible, impossible } from "../decisions.js";
import { type LinkStepOptions, linkFields } from "../link/options.js";
import { checkStepOptions } from "../options.js";
import { linkRestart } from "./limits.js";
import { needsOne } from "./needs-one.js";
import { nicSettingsStep, type WantedSetting, wantedSettings } from "./settings-step.js";

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

/** With autonegotiation the link's partner decides: what is set then does not hold. */
function refuseNegotiated({ nic, autonegotiate }: z.output<typeof schema>) {
  return (changed: readonly WantedSetting[], listing: string): Impossible | undefined => {
    const given = changed.filter(({ parameter }) => parameter !== names.autonegotiate[1]);
    const negotiates = autonegotiate ?? /^Autonegotiate:\s*on$/m.test(listing);
    if (given.length === 0 || !negotiates) return undefined;
    const what = given.map(({ parameter, value }) => `${parameter} ${value}`).join(" and ");
    return impossible(
      `${nic} negotiates its pause frames with the other end of the link: ${what} would not hold`,
      "ask for autonegotiate: false as well, on both ends",
    );
  };
}

/**
 * Sets global pause frames (`ethtool -A`); refused where the NIC would negotiate what is asked for. Throws
 * OPTIONS_INVALID.
 */
export function pauseStep(options: PauseStepOptions): Step {
  const given = checkStepOptions(schema, options, "pause");
  return nicSettingsStep({
    options: given,
    name: "pause",
    title: "pause frames",
    show: "-a",
    set: "-A",
    wanted: wantedSettings(names, given),
    irreversible: [
      ...linkRestart(given.nic),
      ...(given.autonegotiate === true
        ? [`what was set by hand before ${given.nic} negotiates`]
        : []),
    ],
    refuse: refuseNegotiated(given),
  });
}
