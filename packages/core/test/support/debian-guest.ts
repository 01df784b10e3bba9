import type { InstalledDebian } from "./installed-debian.js";
import { type RebootingGuest, startRebootingGuest } from "./rebooting-guest.js";

/** What an installed Debian is told at its boot, so that it is up soon where it is emulated. */
const kernelArguments =
  "root=/dev/vda rw console=ttyS0 quiet mitigations=off nokaslr tsc=reliable no_timer_check cryptomgr.notests random.trust_cpu=on 8250.nr_uarts=1";

/** How QEMU boots it: what it writes is forgotten. */
export const machineOf = (
  { disk, kernel, initramfs }: InstalledDebian,
  name: string,
): readonly string[] => [
  ...["-name", `hoststack-${name}`, "-kernel", kernel, "-initrd", initramfs],
  ...["-append", `${kernelArguments} systemd.hostname=${name}`],
  ...["-drive", `file=${disk},format=raw,if=virtio,snapshot=on`],
];

/** Starts one that reaches no network, and is reached over its management card alone. */
export const startInstalledDebian = (
  image: InstalledDebian,
  directory: string,
): Promise<RebootingGuest> =>
  startRebootingGuest({
    ...{ login: image.login, directory, memoryMib: 1024, translatedMib: 256 },
    machine: machineOf(image, "debian"),
  });
