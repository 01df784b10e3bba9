import type { Host } from "../../host/host.js";
import { script } from "../script.js";

/** Whether a machine keeps devices from memory that is not theirs. */
export interface IommuState {
  /** Groups of devices; 0 where no IOMMU is in use. */
  readonly groups: number;
  /** Whose the firmware tells of. */
  readonly firmware: "AMD" | "Intel" | "none" | "unknown";
  /** What the kernel's command line says about it. */
  readonly kernelArguments: readonly string[];
}

const question = `
groups=0
for group in /sys/kernel/iommu_groups/*; do [ ! -d "$group" ] || groups=$((groups + 1)); done
echo "groups $groups"
tables=/sys/firmware/acpi/tables
if [ -e "$tables/DMAR" ]; then echo "firmware Intel"
elif [ -e "$tables/IVRS" ]; then echo "firmware AMD"
elif [ -d "$tables" ]; then echo "firmware none"
else echo "firmware unknown"
fi
for word in $(cat /proc/cmdline); do
  case $word in intel_iommu=*|amd_iommu=*|iommu=*|iommu.*) echo "argument $word";; esac
done
`;

const firmwares = ["AMD", "Intel", "none"] as const;

/** Reads what the question prints. */
export function parseIommuState(text: string): IommuState {
  const lines = text.split("\n").map((line) => line.split(" "));
  const of = (key: string) => lines.filter(([name]) => name === key).map(([, value = ""]) => value);
  return {
    groups: Number(of("groups")[0] ?? 0),
    firmware: firmwares.find((one) => one === of("firmware")[0]) ?? "unknown",
    kernelArguments: of("argument"),
  };
}

/** Asks a host for its IOMMU, in one round trip. Throws what `Host.batch` throws. */
export async function readIommuState(host: Host): Promise<IommuState> {
  const [answer] = await host.batch([script(question)]);
  return parseIommuState(answer?.stdout ?? "");
}

/** What has to be done before devices can be given to vfio-pci; undefined where nothing has. */
export function iommuAdvice({ groups, firmware, kernelArguments }: IommuState): string | undefined {
  if (groups > 0) return undefined;
  if (firmware === "none") {
    return "enable the IOMMU in the firmware (VT-d of Intel, AMD-Vi of AMD), then restart";
  }
  const argument = firmware === "AMD" ? "amd_iommu=on" : "intel_iommu=on";
  const off = kernelArguments.find((word) => /=off$/.test(word));
  const instead = off === undefined ? "" : ` in place of ${off}`;
  return `add ${argument} iommu=pt to the kernel's command line${instead} (GRUB_CMDLINE_LINUX in /etc/default/grub, then update-grub), then restart`;
}
