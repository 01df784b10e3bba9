import { hoststackError } from "../errors/error.js";
import type { Step } from "../plan/step.js";
import { linkAddressStep } from "./link/address.js";
import { linkMtuStep } from "./link/mtu.js";
import type { LinkStepOptions } from "./link/options.js";
import { linkUpStep } from "./link/up.js";

/** What a data NIC is to be; what is not named stays. */
export interface LinkStepsOptions extends LinkStepOptions {
  readonly up?: boolean;
  /** In bytes, without the link's own header. */
  readonly mtuBytes?: number;
  /** IPv4 or IPv6 with prefix length. @default none */
  readonly addresses?: readonly string[];
}

/** One step for each property of a NIC, in the order they have to be done. Throws OPTIONS_INVALID. */
export function linkSteps(options: LinkStepsOptions): readonly Step[] {
  const { up, mtuBytes, addresses = [], ...link } = options;
  const steps = [
    ...(mtuBytes === undefined ? [] : [linkMtuStep({ ...link, mtuBytes })]),
    ...(up === undefined ? [] : [linkUpStep({ ...link, up })]),
    ...addresses.map((address) => linkAddressStep({ ...link, address })),
  ];
  if (steps.length > 0) return steps;
  throw hoststackError("OPTIONS_INVALID", `link steps: nothing is wanted of ${options.nic}`, {
    remedy: 'give "up", "mtuBytes" or "addresses"',
  });
}
