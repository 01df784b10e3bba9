import { z } from "zod";
import type { Answer, Decision, Step } from "../plan/step.js";
import { asRoot, impossible, noAnswer, satisfied } from "./decisions.js";
import { checkStepOptions, lifetime } from "./options.js";
import { script } from "./script.js";

const schema = z.strictObject({
  algorithm: z.string().regex(/^[a-z][a-z0-9_-]{0,15}$/, "must be an algorithm's name"),
  lifetime,
});

/** How TCP paces itself on the host. */
export interface CongestionControlStepOptions {
  /** `cubic`, `bbr`, `dctcp` ... */
  readonly algorithm: string;
  /** @default "scoped" */
  readonly lifetime?: "kept" | "scoped";
}

const file = "/proc/sys/net/ipv4/tcp_congestion_control";
const checkScript = `cat "$1"`;

/** What TCP can have: now, by a module, and in this namespace. */
const availableScript = `
id -u
cat /proc/sys/net/ipv4/tcp_available_congestion_control
cat /proc/sys/net/ipv4/tcp_allowed_congestion_control
# Settings of the whole machine are shown in its first network namespace only.
[ -e /proc/sys/net/core/netdev_max_backlog ] && echo first || echo other
{ modprobe -n "tcp_$1" >/dev/null 2>&1 && echo module; } || echo none
`;

const setScript = `
printf '%s\\n' "$2" 2>/dev/null >"$1" || { echo "the kernel refuses $2" >&2; exit 1; }
`;

/**
 * Sets the congestion control of new connections; the kernel loads its module. Programs without
 * privileges may choose it then as well. A namespace can only have what the machine allows to all. Throws OPTIONS_INVALID.
 */
export function congestionControlStep(options: CongestionControlStepOptions): Step {
  const { algorithm, lifetime: life } = checkStepOptions(schema, options, "congestion control");
  return {
    id: "sysctl:net.ipv4.tcp_congestion_control",
    title: `set TCP's congestion control to ${algorithm}`,
    scope: "netns",
    lifetime: life,
    survives: "boot",
    check: script(checkScript, file),
    probes: [script(availableScript, algorithm)],
    decide: (seen, [available]) => decide(algorithm, seen, available),
  };
}

function decide(algorithm: string, seen: Answer, told: Answer | undefined): Decision {
  if (seen.exitCode !== 0 || told === undefined) return noAnswer("TCP's congestion control", seen);
  const old = seen.stdout.trim();
  if (old === algorithm) return satisfied;
  const [uid, available = "", allowed = "", namespace, module] = told.stdout.trim().split("\n");
  if (uid !== "0") return impossible("only root can set the congestion control", asRoot);
  const loaded = available.split(" ").includes(algorithm);
  if (!loaded && module !== "module") {
    return impossible(
      `this kernel has no congestion control ${algorithm}, only ${available}`,
      `install the package of the running kernel that holds tcp_${algorithm}, or choose another`,
    );
  }
  const permitted = allowed.split(" ");
  const barred = [algorithm, old].find((one) => !permitted.includes(one));
  if (namespace !== "first" && barred !== undefined) {
    return impossible(
      `in this network namespace the kernel lets only ${allowed} be set, not ${barred}`,
      "add it to net.ipv4.tcp_allowed_congestion_control of the machine",
    );
  }
  return {
    state: "needed",
    wanted: `${algorithm}\n`,
    actions: [script(setScript, file, algorithm)],
    undo: [script(setScript, file, old)],
    diff: `net.ipv4.tcp_congestion_control: ${old} -> ${algorithm}`,
    irreversible: [
      "connections that are open keep what they have",
      ...(loaded ? [] : [`the module tcp_${algorithm} stays loaded`]),
      ...(permitted.includes(algorithm)
        ? []
        : [`programs without privileges may choose ${algorithm} from then on`]),
    ],
  };
}
