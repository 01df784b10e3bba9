import { z } from "zod";
import type { Answer, Decision, Step } from "../../plan/step.js";
import { impossible, noAnswer, satisfied } from "../decisions.js";
import { checkStepOptions } from "../options.js";
import { script } from "../script.js";
import { linkStep } from "./link-step.js";
import { type LinkStepOptions, linkFields } from "./options.js";

const schema = z.strictObject({ ...linkFields, mtuBytes: z.int().min(68).max(65_536) });

/** The size of packets a NIC sends. */
export interface LinkMtuStepOptions extends LinkStepOptions {
  /** In bytes, without the link's own header; 68 to 65536. */
  readonly mtuBytes: number;
}

/** Below this a NIC has no IPv6. */
const leastIpv6MtuBytes = 1280;

const checkScript = `
command -v ip >/dev/null || { echo "there is no ip (iproute2)" >&2; exit 127; }
line=$(ip -o link show dev "$1" 2>/dev/null) || { echo "no such NIC"; exit 0; }
line=\${line#* mtu }
echo "\${line%% *}"
`;

/** Details are iproute2's; others do not tell the limits. */
const limitsScript = `ip -d -o link show dev "$1" 2>/dev/null || :`;

/**
 * Has a NIC with this MTU. Never for the NIC that carries the default route or the SSH session. Throws
 * OPTIONS_INVALID.
 */
export function linkMtuStep(options: LinkMtuStepOptions): Step {
  const { nic, mtuBytes, lifetime, after } = checkStepOptions(schema, options, "link MTU");
  const set = (bytes: number) =>
    ({ argv: ["ip", "link", "set", "dev", nic, "mtu", String(bytes)] }) as const;
  const decide = (seen: string, [limits]: readonly Answer[]): Decision => {
    const old = Number(seen);
    if (!Number.isInteger(old)) return noAnswer(nic, undefined);
    if (old === mtuBytes) return satisfied;
    const refused = outsideLimits({ nic, mtuBytes }, limits?.stdout ?? "");
    if (refused !== undefined) return refused;
    const ipv6 = old >= leastIpv6MtuBytes && mtuBytes < leastIpv6MtuBytes;
    return {
      state: "needed",
      wanted: `${mtuBytes}\n`,
      actions: [set(mtuBytes)],
      undo: [set(old)],
      diff: `${nic}: mtu ${old} -> ${mtuBytes} bytes`,
      irreversible: [
        `the link of ${nic} may go down for a moment while its driver takes the MTU`,
        ...(ipv6
          ? [`IPv6 addresses and routes of ${nic}, which needs ${leastIpv6MtuBytes} bytes`]
          : []),
      ],
    };
  };
  return linkStep({
    nic,
    name: "mtu",
    title: `set the MTU of ${nic} to ${mtuBytes} bytes`,
    lifetime,
    after,
    check: script(checkScript, nic),
    probes: [script(limitsScript, nic)],
    decide,
  });
}

function outsideLimits({ nic, mtuBytes }: { nic: string; mtuBytes: number }, details: string) {
  const limit = (name: string) => Number(new RegExp(` ${name} (\\d+)`).exec(details)?.[1] ?? 0);
  const [least, most] = [limit("minmtu"), limit("maxmtu")];
  // The kernel tells no limit as 0.
  if (mtuBytes >= least && (most === 0 || mtuBytes <= most)) return undefined;
  const reason = `${nic} takes an MTU of ${least} to ${most} bytes, not ${mtuBytes}`;
  return impossible(reason, "choose one within, or another NIC");
}
