import { z } from "zod";
import type { Answer, Decision, Step } from "../../plan/step.js";
import {
  asRoot,
  type Impossible,
  impossible,
  noAnswer,
  notBefore,
  satisfied,
} from "../decisions.js";
import { protectedNic, reachedScript } from "../link/nics.js";
import { checkStepOptions, lifetime, stepId } from "../options.js";
import { script } from "../script.js";
import { aroundScript, bindScript, deviceScript, giveBackScript } from "./driver-scripts.js";

const schema = z.strictObject({
  device: z
    .string()
    .regex(/^[0-9a-f]{4}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]$/i, "must be a PCI address: `0000:03:00.0`")
    .toLowerCase(),
  driver: z.string().regex(/^[A-Za-z0-9][\w-]*$/, "must be a driver's name"),
  lifetime,
  after: stepId.optional(),
});

/** A PCI device to give to another driver. */
export interface DeviceDriverStepOptions {
  /** Its address with the domain, as `lspci -D` and `ethtool -i` show it: `0000:03:00.0`. */
  readonly device: string;
  /** `vfio-pci`, `uio_pci_generic`, or a driver of one's own, whose module is loaded. */
  readonly driver: string;
  /** @default "scoped" */
  readonly lifetime?: "kept" | "scoped";
  /** The step that loads the driver's module: `module:vfio_pci`. */
  readonly after?: string;
}

/**
 * Binds a network card to another driver, and back with the names, MTUs, MAC and IP addresses its NICs had. Refused
 * for a NIC that carries the default route or the SSH session, for devices that are no network cards, and
 * for vfio-pci without an IOMMU or with others' devices in the IOMMU group. Throws OPTIONS_INVALID.
 */
export function deviceDriverStep(options: DeviceDriverStepOptions): Step {
  const given = checkStepOptions(schema, options, "device driver");
  const { device, driver } = given;
  return {
    id: `device:${device}:driver`,
    title: `bind ${device} to the driver ${driver}`,
    scope: "machine",
    lifetime: given.lifetime,
    survives: "boot",
    check: script(deviceScript, device),
    probes: [script(reachedScript), script(aroundScript, device, driver)],
    decide: (seen, [reached, around]) => {
      if (seen.exitCode !== 0) return noAnswer(device, seen);
      return decide(given, { seen: seen.stdout, reached, around: parseAround(around) });
    },
  };
}

interface Around {
  readonly user: string;
  readonly class: string;
  readonly target: string;
  readonly unsafe: string;
  readonly group: string;
  readonly others: readonly {
    readonly device: string;
    readonly driver: string;
    readonly class: string;
  }[];
}

function parseAround(answer: Answer | undefined): Around {
  const lines = (answer?.stdout ?? "").split("\n").map((line) => line.split(" "));
  const one = (name: string) => lines.find(([key]) => key === name)?.[1] ?? "";
  const others = lines
    .filter(([key]) => key === "other")
    .map(([, device = "", driver = "", kind = ""]) => ({ device, driver, class: kind }));
  return {
    ...{ user: one("user"), class: one("class"), target: one("target") },
    ...{ unsafe: one("unsafe"), group: one("group"), others },
  };
}

/** Drivers that leave a card to programs: it has no NIC there. */
const forPrograms = new Set(["none", "vfio-pci", "uio_pci_generic", "igb_uio", "pci-stub"]);
/** Those that may stand in a group beside one of vfio-pci. */
const harmless = new Set(["none", "vfio-pci", "pci-stub", "pcieport", "shpchp"]);
const bridge = "0x0604";
const networkCard = "0x02";

/** Why a group cannot be given to programs; they would reach the memory of the others' drivers. */
function groupHindrance(device: string, around: Around): Impossible | undefined {
  const { group, others, unsafe } = around;
  if (group === "none" && unsafe !== "Y") {
    return impossible(
      `${device} is in no IOMMU group, without which vfio-pci takes no device`,
      "boot with intel_iommu=on or amd_iommu=on and the IOMMU enabled in the firmware, or take uio_pci_generic, which protects no memory",
    );
  }
  const foreign = others.find((one) => !harmless.has(one.driver) && !one.class.startsWith(bridge));
  if (foreign === undefined) return undefined;
  return impossible(
    `the IOMMU group ${group} of ${device} has ${foreign.device} of the driver ${foreign.driver} as well`,
    "take a card in a slot of its own group, or bind all of the group to vfio-pci",
  );
}

function hindrance(
  { device, driver }: { device: string; driver: string },
  at: { now: string; nics: readonly string[]; reached: Answer | undefined; around: Around },
): Impossible | undefined {
  const { now, nics, reached, around } = at;
  if (!around.class.startsWith(networkCard)) {
    const remedy = "name a network card; lspci -D shows them";
    return impossible(`${device} is no network card (class ${around.class})`, remedy);
  }
  if (nics.length === 0 && !forPrograms.has(now)) {
    return impossible(
      `${device} is in use by ${now}, and its NIC is not in this network namespace`,
      "bind it from the namespace that has the NIC",
    );
  }
  for (const nic of nics) {
    const refused = protectedNic(nic.split(" ")[1] ?? "", reached);
    if (refused !== undefined) return refused;
  }
  if (driver === "vfio-pci") {
    const refused = groupHindrance(device, around);
    if (refused !== undefined) return refused;
  }
  return around.user === "0" ? undefined : impossible("only root can bind drivers", asRoot);
}

function decide(
  options: z.output<typeof schema>,
  question: { seen: string; reached: Answer | undefined; around: Around },
): Decision {
  const { device, driver, after } = options;
  const { seen, reached, around } = question;
  if (seen === "no such device\n") {
    return impossible(`there is no PCI device ${device}`, "lspci -D shows those that are there");
  }
  const lines = seen.trimEnd().split("\n");
  const value = (name: string) =>
    lines.find((line) => line.startsWith(`${name} `))?.slice(name.length + 1) ?? "";
  const [now, override] = [value("driver"), value("override")];
  if (now === driver) return satisfied;
  const nics = lines.filter((line) => line.startsWith("nic "));
  const refused = hindrance(options, { now, nics, reached, around });
  if (refused !== undefined) return refused;
  if (around.target !== "yes") {
    const remedy = `load its module before: moduleStep({ name: "${driver}" }), and after: its id here`;
    return notBefore(after, impossible(`the kernel has no driver ${driver}`, remedy));
  }
  const names = nics.map((line) => line.split(" ")[1]).join(", ");
  return {
    state: "needed",
    wanted: `driver ${driver}\noverride ${driver}\n`,
    actions: [script(bindScript, device, driver)],
    undo: [script(giveBackScript, device, now, override, ...nics)],
    diff: `${device}: driver ${now} -> ${driver}${names === "" ? "" : `, ${names} goes`}`,
    irreversible:
      nics.length === 0
        ? []
        : [`settings of ${names} besides name, MTU, MAC address, addresses and state`],
  };
}
