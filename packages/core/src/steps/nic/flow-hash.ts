import { z } from "zod";
import type { Decision, Step } from "../../plan/step.js";
import { impossible, satisfied } from "../decisions.js";
import { linkStep } from "../link/link-step.js";
import { type LinkStepOptions, linkFields } from "../link/options.js";
import { checkStepOptions } from "../options.js";
import { script } from "../script.js";
import { otherNic } from "./settings-step.js";

const flowTypes = ["tcp4", "udp4", "tcp6", "udp6"] as const;
type FlowType = (typeof flowTypes)[number];

/** In the order in which they are written here. */
const letters = "mvtsdfn";
const schema = z.strictObject({
  ...linkFields,
  fields: z
    .partialRecord(
      z.enum(flowTypes),
      z
        .string()
        .regex(/^[mvtsdfn]+$/, `must be letters of ${letters}`)
        .refine((text) => new Set(text).size === text.length, "has a letter twice"),
    )
    .refine((fields) => Object.keys(fields).length > 0, "must name a protocol"),
});

/** Which fields of packets a NIC spreads flows by; protocols that are not named stay. */
export interface FlowHashStepOptions extends LinkStepOptions {
  /**
   * By protocol, as `ethtool -N NIC rx-flow-hash` takes them: `s` source and `d` destination address, `f` source and
   * `n` destination port, `m` MAC address, `v` VLAN, `t` protocol.
   */
  readonly fields: Readonly<Partial<Record<FlowType, string>>>;
}

/** Prints `PROTOCOL LETTERS`, `-` without any; `PROTOCOL ! WORDS` where the NIC does not tell. */
const checkScript = `
command -v ethtool >/dev/null || { echo "there is no ethtool" >&2; exit 127; }
command -v ip >/dev/null || { echo "there is no ip (iproute2)" >&2; exit 127; }
nic=$1; shift
ip -o link show dev "$nic" >/dev/null 2>&1 || { echo "no such NIC"; exit 0; }
for type; do
  text=$(LC_ALL=C ethtool -n "$nic" rx-flow-hash "$type" 2>&1)
  case $text in
    *"use these fields for computing"*) ;;
    *) echo "$type ! "$text; continue;;
  esac
  chosen=
  case $text in *L2DA*) chosen=\${chosen}m;; esac
  case $text in *"VLAN tag"*) chosen=\${chosen}v;; esac
  case $text in *"L3 proto"*) chosen=\${chosen}t;; esac
  case $text in *"IP SA"*) chosen=\${chosen}s;; esac
  case $text in *"IP DA"*) chosen=\${chosen}d;; esac
  case $text in *"L4 bytes 0 & 1"*) chosen=\${chosen}f;; esac
  case $text in *"L4 bytes 2 & 3"*) chosen=\${chosen}n;; esac
  printf '%s %s\\n' "$type" "\${chosen:--}"
done
`;

/** ethtool ends with 0 where a NIC refuses some of it; the check reads it back. */
const setScript = `
nic=$1; shift
while [ $# -gt 1 ]; do
  said=$(LC_ALL=C ethtool -N "$nic" rx-flow-hash "$1" "$2" 2>&1) || { echo "$said" >&2; exit 1; }
  case $said in *[Cc]annot*) echo "$said" >&2; exit 1;; esac
  shift 2
done
`;

/** Letters in the order of the check. */
const ordered = (text: string) => [...letters].filter((one) => text.includes(one)).join("");

interface Change {
  readonly type: string;
  readonly now: string;
  readonly wanted: string;
}

/**
 * Sets which fields of packets go into the hash (`ethtool -N NIC rx-flow-hash`), read back with `ethtool
 * -n`. Throws OPTIONS_INVALID.
 */
export function flowHashStep(options: FlowHashStepOptions): Step {
  const { nic, lifetime, after, fields } = checkStepOptions(schema, options, "flow hash");
  const wanted = new Map(
    Object.entries(fields).map(([type, text]): [string, string] => [type, ordered(text ?? "")]),
  );
  const values = [...wanted].map(([type, text]) => `${type} ${text}`).join(", ");
  return linkStep({
    nic,
    name: "flow-hash",
    title: `have ${nic} hash the fields ${values}`,
    lifetime,
    after,
    check: script(checkScript, nic, ...wanted.keys()),
    decide: (seen) => decide({ nic, wanted, seen }),
  });
}

function decide(at: { nic: string; wanted: ReadonlyMap<string, string>; seen: string }): Decision {
  const { nic, wanted, seen } = at;
  const changes = seen.split("\n").map((line): Change => {
    const [type = "", ...now] = line.split(" ");
    return { type, now: now.join(" "), wanted: wanted.get(type) ?? "" };
  });
  const untold = changes.find(({ now }) => now.startsWith("!"));
  if (untold !== undefined) {
    const reason = `the driver of ${nic} does not tell the hash fields of ${untold.type}: ${untold.now.slice(2)}`;
    return impossible(reason, otherNic);
  }
  const changed = changes.filter((one) => one.now !== one.wanted);
  if (changed.length === 0) return satisfied;
  const none = changed.find(({ now }) => now === "-");
  if (none !== undefined) {
    return impossible(
      `${nic} hashes no field of ${none.type}, which ethtool could not set again`,
      "give it fields by hand first if it may keep them, or choose another protocol",
    );
  }
  return {
    state: "needed",
    wanted: changes.map((one) => `${one.type} ${one.wanted}\n`).join(""),
    actions: [script(setScript, nic, ...changed.flatMap((one) => [one.type, one.wanted]))],
    undo: [script(setScript, nic, ...changed.flatMap((one) => [one.type, one.now]))],
    diff: changed
      .map((one) => `${nic}: hash fields of ${one.type} ${one.now} -> ${one.wanted}`)
      .join("\n"),
  };
}
