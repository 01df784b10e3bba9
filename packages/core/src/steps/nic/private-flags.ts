import { z } from "zod";
import type { Step } from "../../plan/step.js";
import { type LinkStepOptions, linkFields } from "../link/options.js";
import { checkStepOptions } from "../options.js";
import { asWord, nicSettingsStep } from "./settings-step.js";

const schema = z.strictObject({
  ...linkFields,
  flags: z
    .record(z.string().regex(/^[\w.-]+$/, "must be a flag's name"), z.boolean())
    .refine((flags) => Object.keys(flags).length > 0, "must name a flag"),
});

/** Switches of a driver's own. */
export interface PrivateFlagsStepOptions extends LinkStepOptions {
  /** By the names of `ethtool --show-priv-flags`; what is not named stays. */
  readonly flags: Readonly<Record<string, boolean>>;
}

/** Sets private flags (`ethtool --set-priv-flags`). Throws OPTIONS_INVALID. */
export function privateFlagsStep(options: PrivateFlagsStepOptions): Step {
  const given = checkStepOptions(schema, options, "private flags");
  return nicSettingsStep({
    options: given,
    name: "private-flags",
    title: "private flags",
    show: "--show-priv-flags",
    set: "--set-priv-flags",
    wanted: Object.entries(given.flags).map(([name, on]) => ({
      label: name,
      parameter: name,
      value: asWord(on),
    })),
    irreversible: [`what the driver of ${given.nic} resets as it takes a flag`],
  });
}
