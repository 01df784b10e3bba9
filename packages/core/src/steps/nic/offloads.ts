import { z } from "zod";
import type { Step } from "../../plan/step.js";
import { linkStep } from "../link/link-step.js";
import { type LinkStepOptions, linkFields } from "../link/options.js";
import { checkStepOptions } from "../options.js";
import { script } from "../script.js";
import { decideOffloads, type WantedOffload } from "./decide-offloads.js";
import { type FeatureName, features, type Offload } from "./feature-names.js";
import { needsOne } from "./needs-one.js";
import { listingScript, settingsScript } from "./settings-script.js";

const onOff = z.boolean().optional();
const shortNames = Object.keys(features) as Offload[];
const schema = z
  .strictObject({
    ...linkFields,
    rx: onOff,
    tx: onOff,
    sg: onOff,
    tso: onOff,
    gso: onOff,
    gro: onOff,
    lro: onOff,
    rxvlan: onOff,
    txvlan: onOff,
    ntuple: onOff,
    rxhash: onOff,
    features: z
      .record(z.string().regex(/^[a-z][a-z0-9_-]+$/, "must be a feature's name"), z.boolean())
      .optional(),
  })
  .check(needsOne([...shortNames, "features"]));

/** Offloads of a NIC by ethtool's short names; what is not named stays. */
export interface OffloadsStepOptions
  extends LinkStepOptions,
    Readonly<Partial<Record<Offload, boolean>>> {
  /** Others by the names of `ethtool -k`, e.g. `rx-gro-hw`. @default none */
  readonly features?: Readonly<Record<string, boolean>>;
}

/**
 * Switches offloads (`ethtool -K`). A group such as `tso` is on when one of its members is, off when none
 * is. What a driver holds fixed, and what the kernel would not keep on because of another feature, is
 * refused. Features that go off because another one does come back with it. Throws OPTIONS_INVALID.
 */
export function offloadsStep(options: OffloadsStepOptions): Step {
  const given = checkStepOptions(schema, options, "offloads");
  const { nic, lifetime, after } = given;
  const wanted: readonly WantedOffload[] = [
    ...shortNames.flatMap((name) => {
      const on = given[name];
      return on === undefined ? [] : [{ name, on, members: features[name] }];
    }),
    ...Object.entries(given.features ?? {}).map(([name, on]) => {
      const members: readonly FeatureName[] = [[name, name]];
      return { name, on, members };
    }),
  ];
  const labels = wanted.flatMap(({ members }) => members.map(([label]) => label));
  const values = wanted.map(({ name, on }) => `${name} ${on ? "on" : "off"}`).join(" ");
  return linkStep({
    nic,
    name: "offloads",
    title: `switch offloads of ${nic}: ${values}`,
    lifetime,
    after,
    check: script(settingsScript, nic, "-k", ...labels),
    probes: [script(listingScript, nic, "-k")],
    decide: (seen, [listing]) => decideOffloads({ nic, wanted, seen, listing }),
  });
}
