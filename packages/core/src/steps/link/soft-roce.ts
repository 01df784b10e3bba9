import { z } from "zod";
import type { Answer, Decision, Step } from "../../plan/step.js";
import { impossible, notBefore, satisfied } from "../decisions.js";
import { checkStepOptions } from "../options.js";
import { script } from "../script.js";
import { linkStep } from "./link-step.js";
import { type LinkStepOptions, linkFields } from "./options.js";

const schema = z.strictObject(linkFields);

/** Prints the RDMA device of the NIC $1, `rxe NAME` for SoftRoCE and `other NAME` for the card's own; else `absent`. */
const checkScript = `
command -v ip >/dev/null || { echo "there is no ip (iproute2)" >&2; exit 127; }
ip link show dev "$1" >/dev/null 2>&1 || { echo "no such NIC"; exit 0; }
for device in /sys/class/infiniband/*; do
  name=\${device##*/}
  if [ -e "$device/device/net/$1" ]; then echo "other $name"; exit 0; fi
  { read -r nic <"$device/parent"; } 2>/dev/null || continue
  if [ "$nic" = "$1" ]; then echo "rxe $name"; exit 0; fi
done
echo absent
`;

/** Says what keeps the kernel from making SoftRoCE devices. */
const ableScript = `
command -v rdma >/dev/null || { echo "the host has no program rdma"; exit 0; }
[ -d /sys/module/rdma_rxe ] || echo "the module rdma_rxe is not loaded"
`;

/** Removes the device $1 as long as it is there. */
const removeScript = `
[ ! -e "/sys/class/infiniband/$1" ] || exec rdma link delete "$1"
`;

/**
 * Has a SoftRoCE device on a NIC, named `rxe_NIC`, through `rdma link add`; the module rdma_rxe has to be
 * loaded. A NIC with an RDMA device of its own needs none and is refused, as is the one that carries the
 * default route or the SSH session. Throws OPTIONS_INVALID.
 */
export function softRoceStep(options: LinkStepOptions): Step {
  const { nic, lifetime, after } = checkStepOptions(schema, options, "SoftRoCE");
  const device = `rxe_${nic.replaceAll(/[^A-Za-z0-9_]/g, "_")}`;
  const decide = (seen: string, [able]: readonly Answer[]): Decision => {
    const [kind, name = ""] = seen.split(" ");
    if (kind === "rxe") return satisfied;
    if (kind === "other") {
      return impossible(`${nic} has the RDMA device ${name} of its own`, "leave SoftRoCE out");
    }
    const words = able?.stdout.trim() ?? "";
    if (words !== "") return notBefore(after, impossible(words, "modprobe rdma_rxe on the host"));
    return {
      state: "needed",
      wanted: `rxe ${device}\n`,
      actions: [{ argv: ["rdma", "link", "add", device, "type", "rxe", "netdev", nic] }],
      undo: [script(removeScript, device)],
      diff: `${nic}: + ${device}`,
    };
  };
  return linkStep({
    nic,
    name: "soft-roce",
    title: `put a SoftRoCE device on ${nic}`,
    lifetime,
    after,
    check: script(checkScript, nic),
    probes: [script(ableScript)],
    decide,
  });
}
