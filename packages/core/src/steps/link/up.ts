import { z } from "zod";
import type { Decision, Step } from "../../plan/step.js";
import { satisfied } from "../decisions.js";
import { checkStepOptions } from "../options.js";
import { script } from "../script.js";
import { linkStep } from "./link-step.js";
import { type LinkStepOptions, linkFields } from "./options.js";

const schema = z.strictObject({ ...linkFields, up: z.boolean() });

/** A NIC to switch on or off. */
export interface LinkUpStepOptions extends LinkStepOptions {
  readonly up: boolean;
}

const checkScript = `
command -v ip >/dev/null || { echo "there is no ip (iproute2)" >&2; exit 127; }
line=$(ip -o link show dev "$1" 2>/dev/null) || { echo "no such NIC"; exit 0; }
case $line in *[\\<,]UP[,\\>]*) echo up;; *) echo down;; esac
`;

/**
 * Has a NIC up or down by its administrative state. Never for the NIC that carries the default route or
 * the SSH session. Throws OPTIONS_INVALID.
 */
export function linkUpStep(options: LinkUpStepOptions): Step {
  const { nic, up, lifetime, after } = checkStepOptions(schema, options, "link up");
  const [wanted, other] = up ? ["up", "down"] : ["down", "up"];
  const set = (state: string) => ({ argv: ["ip", "link", "set", "dev", nic, state] }) as const;
  const decide = (seen: string): Decision => {
    if (seen === wanted) return satisfied;
    return {
      state: "needed",
      wanted: `${wanted}\n`,
      actions: [set(wanted)],
      undo: [set(other)],
      diff: `${nic}: ${seen} -> ${wanted}`,
      irreversible: [
        `neighbour entries of ${nic}, and its peer saw the link change`,
        ...(up
          ? []
          : [`routes and IPv6 addresses of ${nic}, which the kernel drops as it goes down`]),
      ],
    };
  };
  const title = `switch ${nic} ${up ? "on" : "off"}`;
  return linkStep({
    nic,
    name: "up",
    title,
    lifetime,
    after,
    check: script(checkScript, nic),
    decide,
  });
}
