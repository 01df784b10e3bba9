import { z } from "zod";
import type { Decision, Step } from "../../plan/step.js";
import { impossible, satisfied } from "../decisions.js";
import { checkStepOptions } from "../options.js";
import { script } from "../script.js";
import { linkStep } from "./link-step.js";
import { type LinkStepOptions, linkFields } from "./options.js";

const schema = z.strictObject({ ...linkFields, bytes: z.int().min(1).max(524_280) });

/** The largest packet the kernel hands a NIC to be cut. */
export interface GsoMaxSizeStepOptions extends LinkStepOptions {
  /** In bytes. */
  readonly bytes: number;
}

/** Prints `SIZE LIMIT`, the limit 0 where the kernel tells none. */
const checkScript = `
command -v ip >/dev/null || { echo "there is no ip (iproute2)" >&2; exit 127; }
ip -o link show dev "$1" >/dev/null 2>&1 || { echo "no such NIC"; exit 0; }
line=$(ip -d -o link show dev "$1" 2>/dev/null)
size=0 limit=0
case $line in *" gso_max_size "*) size=\${line#* gso_max_size } size=\${size%% *};; esac
case $line in *" tso_max_size "*) limit=\${line#* tso_max_size } limit=\${limit%% *};; esac
echo "$size $limit"
`;

/** Sets `gso_max_size`. Throws OPTIONS_INVALID. */
export function gsoMaxSizeStep(options: GsoMaxSizeStepOptions): Step {
  const { nic, bytes, lifetime, after } = checkStepOptions(schema, options, "GSO size");
  const set = (size: number) =>
    ({ argv: ["ip", "link", "set", "dev", nic, "gso_max_size", String(size)] }) as const;
  const decide = (seen: string): Decision => {
    const [old = 0, limit = 0] = seen.split(" ").map(Number);
    if (old === 0) {
      return impossible(
        `the host's ip does not tell gso_max_size`,
        "install iproute2 5.17 or newer",
      );
    }
    if (old === bytes) return satisfied;
    if (limit > 0 && bytes > limit) {
      return impossible(`${nic} takes at most ${limit} bytes, not ${bytes}`, "ask for fewer");
    }
    return {
      state: "needed",
      wanted: `${bytes} ${limit}\n`,
      actions: [set(bytes)],
      undo: [set(old)],
      diff: `${nic}: gso_max_size ${old} -> ${bytes} bytes`,
    };
  };
  return linkStep({
    nic,
    name: "gso-max-size",
    title: `hand ${nic} at most ${bytes} bytes to be cut`,
    lifetime,
    after,
    check: script(checkScript, nic),
    decide,
  });
}
