import type { DiskImage } from "./disk-guest-image.js";
import { type RebootingGuest, startRebootingGuest } from "./rebooting-guest.js";

/** With a watchdog, which no program of QEMU's firmware uses. */
const watchdog = ["-device", "i6300esb", "-action", "watchdog=reset"];

/**
 * Starts a guest that boots from its disk, with firmware and boot loader; its console is logged in the directory. What
 * it writes is forgotten.
 */
export function startDiskGuest(
  { disk, login }: DiskImage,
  directory: string,
): Promise<RebootingGuest> {
  const drive = ["-drive", `file=${disk},format=raw,if=virtio,snapshot=on`];
  return startRebootingGuest({
    ...{ login, directory, memoryMib: 768 },
    machine: ["-name", "hoststack-disk", ...drive, ...watchdog],
  });
}
