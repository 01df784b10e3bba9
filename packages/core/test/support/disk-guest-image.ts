import { execFile } from "node:child_process";
import { cp, mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { diesWithOwner } from "../../src/host/owned.js";
import { makeKeyPair } from "../../src/host/ssh/key-pair.js";
import { packageTree } from "./ssh-server.js";

const run = promisify(execFile);

/** Kernels of the distribution; the guest runs the older one, so that a menu made anew has the newer one first. */
export const releases = { old: "6.1.0-55-amd64", new: "6.1.0-56-amd64" } as const;

/** A computer as a disk: an installed Debian with GRUB in the boot record. */
export interface DiskImage {
  readonly disk: string;
  readonly login: { readonly privateKey: string; readonly hostKeys: readonly string[] };
}

/** Everything essential, which packages do not say that they depend on; then what boots it. */
const packages: [string, ...string[]] = [
  ...([
    "dash",
    "bash",
    "coreutils",
    "util-linux",
    "mount",
    "gzip",
    "findutils",
    "grep",
    "sed",
  ] as const),
  ...["mawk", "libc-bin", "dpkg", "debianutils", "diffutils", "cpio", "kmod", "udev", "procps"],
  ...["initramfs-tools-core", "klibc-utils", "linux-base", "e2fsprogs", "kexec-tools"],
  ...["grub-common", "grub2-common", "grub-pc-bin", "dropbear-bin", "iproute2", "busybox-static"],
];

/** Without the others it boots in a quarter of the time. */
const modules = [
  ...["virtio", "virtio_ring", "virtio_pci", "virtio_pci_modern_dev", "virtio_pci_legacy_dev"],
  ...["virtio_blk", "virtio_net", "net_failover", "failover", "ext4", "jbd2", "mbcache"],
  ...["crc16", "watchdog", "crc32c_generic", "crc32c-intel", "libcrc32c", "i6300esb"],
];

/** What an installation asks or configures, by path. */
const files: Readonly<Record<string, string>> = {
  "etc/passwd": "root:x:0:0:root:/root:/bin/sh\n",
  "etc/group":
    "root:x:0:\ntty:x:5:\ndisk:x:6:\nkmem:x:15:\ninput:x:101:\nrender:x:102:\nkvm:x:103:\nsgx:x:104:\ndialout:x:20:\naudio:x:29:\nvideo:x:44:\ncdrom:x:24:\ntape:x:26:\nlp:x:7:\n",
  "etc/shells": "/bin/sh\n",
  "etc/shadow": "root:*:1::::::\n",
  "etc/fstab": "/dev/vda1 / ext4 defaults 0 1\n",
  "etc/machine-id": "d15c0d15c0d15c0d15c0d15c0d15c0d1\n",
  "etc/hostname": "disk\n",
  "etc/default/grub": [
    "GRUB_DEFAULT=0",
    "GRUB_TIMEOUT=0",
    "GRUB_DISTRIBUTOR=Debian",
    'GRUB_CMDLINE_LINUX="console=ttyS0 mitigations=off no_timer_check random.trust_cpu=on nokaslr 8250.nr_uarts=1"',
    "GRUB_TERMINAL=serial",
    "GRUB_DISABLE_OS_PROBER=true",
    "",
  ].join("\n"),
  "etc/initramfs-tools/conf.d/guest":
    "MODULES=list\nCOMPRESS=gzip\nCOMPRESSLEVEL=1\nRESUME=none\nFSTYPE=ext4\n",
  "etc/initramfs-tools/modules": "virtio_pci\nvirtio_blk\next4\n",
  "etc/inittab": [
    "::sysinit:/etc/rc",
    "::respawn:/usr/sbin/dropbear -F -E -r /etc/host_key",
    "::shutdown:/bin/busybox umount -a -r",
    "",
  ].join("\n"),
  "etc/rc": `#!/bin/sh
PATH=/usr/sbin:/usr/bin
mount -o remount,rw /
mkdir -p /dev/pts && mount -t devpts devpts /dev/pts
hostname disk 2>/dev/null || busybox hostname disk
modprobe virtio_net
modprobe i6300esb
ip link set lo up
ip link set eth0 up && ip address add 10.0.2.15/24 dev eth0 && ip route add default via 10.0.2.2
`,
};

/** First processes that bring up the network and go no further, by name: nobody is let in; nothing runs any more. */
const badFirst = {
  hangs: "while :; do sleep 1; done",
  stops: "sleep 10; kill -STOP -1; while :; do :; done",
};

/** Merges /bin and the like as an installation does, and leaves what packages' own scripts would make. */
const settleScript = `
cd "$1" || exit 1
for one in bin sbin lib lib64; do
  [ ! -d "$one" ] || [ -L "$one" ] || { mkdir -p "usr/$one" && cp -a "$one/." "usr/$one/" && rm -rf "$one"; } || exit 1
  ln -sfn "usr/$one" "$one"
done
mkdir -p dev proc sys run tmp root/.ssh boot/grub var/tmp
chmod 700 root/.ssh; chmod 1777 tmp
ln -sf mawk usr/bin/awk
for one in init reboot poweroff ifconfig hostname vi less; do ln -sf ../bin/busybox "usr/sbin/$one"; done
chmod 755 etc/rc usr/sbin/hangs usr/sbin/stops
chmod 600 etc/host_key root/.ssh/authorized_keys
mkdir -p boot/grub/i386-pc && cp usr/lib/grub/i386-pc/*.mod usr/lib/grub/i386-pc/*.lst boot/grub/i386-pc/
ldconfig -r .
`;

/** In the tree itself, with the namespaces' own /proc and /dev: what is to be booted first, and GRUB's core. */
const makeScript = `
mount -t proc proc "$1/proc" && mount --rbind /dev "$1/dev" && mount -t tmpfs tmpfs "$1/run" || exit 1
exec chroot "$1" /bin/sh -c '
  PATH=/usr/sbin:/usr/bin
  depmod "$1" && update-initramfs -c -k "$1" && grub-mkimage -O i386-pc -o /core.img -p "(hd0,msdos1)/boot/grub" biosdisk part_msdos ext2
' sh "$2"
`;

/** Until grub-mkconfig has run in the guest itself. */
const firstMenu = (release: string) => `
serial --unit=0
terminal_output serial
set timeout=0
menuentry first {
  linux /boot/vmlinuz-${release} root=/dev/vda1 ro console=ttyS0
  initrd /boot/initrd.img-${release}
}
`;

/** A boot record with one partition at 1 MiB, GRUB's core behind the record, the file system in the partition. */
const diskScript = `
tree=$1 disk=$2
mib=1048576
truncate -s $((1100 * mib)) "$disk" &&
mkfs.ext4 -q -F -O ^metadata_csum_seed,^orphan_file -E offset=$mib,lazy_itable_init=1 -d "$tree" "$disk" 1000M &&
dd if="$tree/usr/lib/grub/i386-pc/boot.img" of="$disk" bs=440 count=1 conv=notrunc status=none &&
dd if="$tree/core.img" of="$disk" bs=512 seek=1 conv=notrunc status=none &&
printf '\\200\\000\\002\\000\\203\\377\\377\\377\\000\\010\\000\\000\\000\\100\\037\\000' |
  dd of="$disk" bs=1 seek=446 conv=notrunc status=none &&
printf '\\125\\252' | dd of="$disk" bs=1 seek=510 conv=notrunc status=none
`;

/** Only the modules a guest needs, of the packages' thousands. */
async function thinModules(tree: string, release: string): Promise<void> {
  const root = join(tree, "lib/modules", release);
  const all = await readdir(root, { recursive: true, withFileTypes: true });
  const names = modules.map((name) => `${name}.ko`);
  for (const entry of all) {
    if (entry.isFile() && entry.name.endsWith(".ko") && !names.includes(entry.name)) {
      await rm(join(entry.parentPath, entry.name));
    }
  }
}

/** A newer kernel as a directory of a built one: files of the distribution's package. */
export async function builtKernelDirectory(directory: string, release: string): Promise<string> {
  const from = await packageTree(`linux-image-${release}`);
  await mkdir(join(directory, "lib/modules"), { recursive: true });
  await cp(join(from, "boot"), join(directory, "boot"), { recursive: true });
  await cp(join(from, "lib/modules", release), join(directory, "lib/modules", release), {
    recursive: true,
  });
  await thinModules(directory, release);
  return directory;
}

/** Makes the disk below a directory; it has still to make its own menu. Needs root. */
export async function makeDisk(directory: string): Promise<DiskImage> {
  const tree = join(directory, "tree");
  const disk = join(directory, "disk.img");
  const from = await packageTree(...packages, `linux-image-${releases.old}`);
  await run("cp", ["-a", from, tree]);
  await thinModules(tree, releases.old);
  const [login, host] = [makeKeyPair(), makeKeyPair()];
  const all = {
    ...files,
    "boot/grub/grub.cfg": firstMenu(releases.old),
    "usr/sbin/hangs": `#!/bin/sh\n/etc/rc\n${badFirst.hangs}\n`,
    "usr/sbin/stops": `#!/bin/sh\n/etc/rc\n${badFirst.stops}\n`,
    "root/.ssh/authorized_keys": `${login.publicLine}\n`,
  };
  for (const [path, text] of Object.entries(all)) await put(join(tree, path), text);
  await put(join(tree, "etc/host_key"), host.dropbear);
  await run("sh", ["-c", settleScript, "sh", tree]);
  const unshare = ["unshare", "--mount", "--propagation", "private"] as const;
  const [program, ...args] = diesWithOwner([
    ...unshare,
    "sh",
    "-c",
    makeScript,
    "sh",
    tree,
    releases.old,
  ]);
  await run(program, args);
  await run("sh", ["-c", diskScript, "sh", tree, disk]);
  await rm(tree, { recursive: true });
  return { disk, login: { privateKey: login.openssh, hostKeys: [host.publicLine] } };
}

async function put(path: string, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
}
