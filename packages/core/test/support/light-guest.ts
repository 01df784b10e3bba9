import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { makeKeyPair } from "../../src/host/ssh/key-pair.js";
import { defaultCacheDirectory } from "../../src/testbed/vm/cache-directory.js";
import { writeArchive } from "../../src/testbed/vm/image/cpio.js";
import { guestImage } from "../../src/testbed/vm/image/guest-image.js";
import { type RebootingGuest, startRebootingGuest } from "./rebooting-guest.js";
import { stepGuest } from "./step-guest.js";

/** What dropbear says, here on the console, once it listens. */
export const listensWords = "Not backgrounding";

/** The first process: a network card and an SSH server, which is started again when it ends. */
const init = `#!/bin/sh
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin HOME=/root
busybox mount -t proc proc /proc
busybox mount -t sysfs sysfs /sys
busybox mount -t devtmpfs dev /dev
busybox mkdir -p /dev/pts /run
busybox mount -t devpts devpts /dev/pts
busybox modprobe -a virtio_pci virtio_net
ip link set eth0 up && ip address add 10.0.2.15/24 dev eth0
while :; do
  dropbear -F -E -s -r /host_key -P /run/dropbear.pid &
  server=$!
  while kill -0 $server; do wait $server; done 2>/dev/null
done
`;

/**
 * Starts a guest that QEMU itself boots, without firmware's work, boot loader and disk: it reboots in seconds. Its
 * files are those of the guests of testbeds, its first process is its own.
 */
export async function startLightGuest(directory: string): Promise<RebootingGuest> {
  const image = await guestImage({ recipe: stepGuest, cacheDirectory: defaultCacheDirectory() });
  const [login, host] = [makeKeyPair(), makeKeyPair()];
  const own = join(directory, "own.cpio");
  await writeArchive(own, [
    { path: "init", type: "file", mode: 0o755, content: init },
    { path: "host_key", type: "file", mode: 0o600, content: host.dropbear },
    { path: "root", type: "directory", mode: 0o700 },
    { path: "root/.ssh", type: "directory", mode: 0o700 },
    {
      ...{ path: "root/.ssh/authorized_keys", type: "file", mode: 0o600 },
      content: `${login.publicLine}\n`,
    },
  ]);
  const initramfs = join(directory, "initramfs");
  const parts = await Promise.all([image.initramfs, own].map((file) => readFile(file)));
  // the kernel unpacks archives one behind the other; each begins at a multiple of four
  const aligned = parts.map((part) => Buffer.concat([part, Buffer.alloc(-part.length & 3)]));
  await writeFile(initramfs, Buffer.concat(aligned));
  const words = "console=ttyS0 quiet mitigations=off nokaslr no_timer_check cryptomgr.notests";
  return startRebootingGuest({
    login: { privateKey: login.openssh, hostKeys: [host.publicLine] },
    ...{ directory, memoryMib: 512 },
    machine: [
      ...["-name", "hoststack-light", "-kernel", image.kernel, "-initrd", initramfs],
      ...["-append", `${words} random.trust_cpu=on 8250.nr_uarts=1`],
    ],
  });
}
