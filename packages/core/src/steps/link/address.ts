import { isIP, isIPv6 } from "node:net";
import { z } from "zod";
import type { Answer, Decision, Step } from "../../plan/step.js";
import { impossible, satisfied } from "../decisions.js";
import { checkStepOptions } from "../options.js";
import { script } from "../script.js";
import { linkStep } from "./link-step.js";
import { type LinkStepOptions, linkFields } from "./options.js";

const schema = z.strictObject({
  ...linkFields,
  address: z
    .string()
    .refine(isCidr, "must be an IP address with a prefix length: `10.0.0.1/24`")
    .transform(asKernelPrints),
});

/** An address a NIC is to have. */
export interface LinkAddressStepOptions extends LinkStepOptions {
  /** IPv4 or IPv6 with its prefix length: `10.0.0.1/24`. */
  readonly address: string;
}

const checkScript = `
command -v ip >/dev/null || { echo "there is no ip (iproute2)" >&2; exit 127; }
lines=$(ip -o addr show dev "$1" 2>/dev/null) || { echo "no such NIC"; exit 0; }
printf '%s\\n' "$lines" | {
  state=absent
  while read -r index nic family address rest; do
    [ "$address" != "$2" ] || state=present
  done
  echo "$state"
}
`;

/** Nothing when the address has gone already. */
const deleteScript = `
ip -o addr show dev "$1" | while read -r index nic family address rest; do
  [ "$address" != "$2" ] || ip addr del "$2" dev "$1" || exit 1
done
`;

const addressesScript = "ip -o addr show";

/**
 * Has an address on a NIC beside those it has. The same address elsewhere on the host, or with another
 * prefix length, is refused. Never for the NIC that carries the default route or the SSH session. Throws
 * OPTIONS_INVALID.
 */
export function linkAddressStep(options: LinkAddressStepOptions): Step {
  const { nic, address, lifetime, after } = checkStepOptions(schema, options, "link address");
  const decide = (seen: string, [all]: readonly Answer[]): Decision => {
    if (seen === "present") return satisfied;
    const elsewhere = holderOf(address, all?.stdout ?? "");
    if (elsewhere !== undefined) {
      const remedy = "choose another address, or remove that one";
      return impossible(`${elsewhere.nic} has the address ${elsewhere.address} already`, remedy);
    }
    return {
      state: "needed",
      wanted: "present\n",
      actions: [{ argv: ["ip", "addr", "add", address, "dev", nic] }],
      undo: [script(deleteScript, nic, address)],
      diff: `${nic}: + ${address}`,
      irreversible: [`what peers have learnt of ${address}`],
    };
  };
  return linkStep({
    nic,
    name: address,
    title: `give ${nic} the address ${address}`,
    lifetime,
    after,
    check: script(checkScript, nic, address),
    probes: [script(addressesScript)],
    decide,
  });
}

function isCidr(text: string): boolean {
  const [address = "", length = "", ...rest] = text.split("/");
  const most = { 4: 32, 6: 128 }[isIP(address)];
  return (
    rest.length === 0 && most !== undefined && /^\d{1,3}$/.test(length) && Number(length) <= most
  );
}

/** The shortest form of an IPv6 address, in which `ip` shows it. */
function asKernelPrints(text: string): string {
  const [address = "", length = ""] = text.split("/");
  const plain = isIPv6(address) ? new URL(`http://[${address}]`).hostname.slice(1, -1) : address;
  return `${plain}/${Number(length)}`;
}

function holderOf(cidr: string, listing: string) {
  const [wanted] = cidr.split("/");
  for (const line of listing.split("\n")) {
    const [, nic, address] = /^\d+: (\S+)\s+inet6? (\S+)/.exec(line) ?? [];
    if (nic !== undefined && address?.split("/")[0] === wanted) return { nic, address };
  }
  return undefined;
}
