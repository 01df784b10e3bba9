import { access, chmod, cp, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { diesWithOwner } from "../../src/host/owned.js";
import { makeKeyPair } from "../../src/host/ssh/key-pair.js";
import { packageTree } from "./ssh-server.js";
import { run } from "./step-hosts.js";

/** A Debian that its own packages' scripts have set up, on a disk, and what a boot loader would read of it. */
export interface InstalledDebian {
  readonly disk: string;
  readonly kernel: string;
  readonly initramfs: string;
  /** Of root, and of an ordinary account that may become root by sudo without a password. */
  readonly login: { readonly privateKey: string; readonly hostKeys: readonly string[] };
}

/** The ordinary account. */
export const account = "alice";

/** What boots it, lets people in and keeps its network up. */
const basePackages = [
  ...["systemd-sysv", "udev", "dbus", "initramfs-tools", "linux-image-amd64"],
  ...["openssh-server", "sudo", "iproute2", "iputils-ping", "procps", "kmod"],
];

/** What an administrator writes, by path. */
const files: Readonly<Record<string, string>> = {
  "etc/fstab": "/dev/vda / ext4 defaults 0 1\n",
  // each that boots from it makes its own
  "etc/machine-id": "",
  [`etc/sudoers.d/${account}`]: `${account} ALL=(ALL) NOPASSWD: ALL\n`,
};

/** So that the initramfs is small; there before the packages that make it. */
const beforeScript = `
mkdir -p "$1/etc/initramfs-tools/conf.d" "$1/usr/share/initramfs-tools/modules.d"
printf '%s\\n' MODULES=list COMPRESS=gzip RESUME=none FSTYPE=ext4 >"$1/etc/initramfs-tools/conf.d/guest"
printf '%s\\n' virtio_pci virtio_blk ext4 >"$1/usr/share/initramfs-tools/modules.d/guest"
`;

/** Arguments: tree, account. */
const settleScript = `
cd "$1" || exit 1
chroot . useradd --create-home --shell /bin/bash "$2" && chroot . systemctl enable systemd-networkd &&
  chroot . systemctl mask apt-daily.timer apt-daily-upgrade.timer || exit 1
cp -a root/.ssh "home/$2/.ssh" && chroot . chown -R "$2:" "/home/$2/.ssh" || exit 1
chmod 440 etc/sudoers.d/*
`;

/** Arguments: tree, disk, its size. */
const diskScript = `truncate -s "$3" "$2" && mkfs.ext4 -q -F -E lazy_itable_init=1 -d "$1" "$2"`;

/** Where this computer's apt has Debian's archive from, in either form. */
async function aptSources(): Promise<string> {
  const path = "/etc/apt/sources.list.d/debian.sources";
  return await access(path).then(
    () => path,
    () => "/etc/apt/sources.list",
  );
}

/** What apt calls the release of this computer. */
async function ownRelease(): Promise<string> {
  const text = await readFile("/etc/os-release", "utf8");
  const release = /^VERSION_CODENAME=(\S+)$/m.exec(text)?.[1];
  if (release === undefined) throw new Error("/etc/os-release names no release");
  return release;
}

/** What makes one installation differ from another. */
export interface DebianOptions {
  /** Beside those that boot it and let people in. */
  readonly packages: readonly string[];
  /** Files by their paths. */
  readonly files: Readonly<Record<string, string>>;
}

/**
 * Installs this computer's release of Debian from its sources of packages into a directory, as an installer does: by
 * apt and dpkg, with all that packages set up themselves, such as `cc`. Takes some minutes; needs root.
 */
export async function installDebian(
  directory: string,
  options: DebianOptions,
): Promise<InstalledDebian> {
  const tree = join(directory, "tree");
  const disk = join(directory, "disk.img");
  const installer = await packageTree("mmdebstrap");
  const packages = [...basePackages, ...options.packages].join(",");
  const before = join(directory, "before.sh");
  await writeFile(before, beforeScript);
  const [program, ...args] = diesWithOwner([
    ...(["unshare", "--mount", "--propagation", "private"] as const),
    ...["perl", `${installer}/usr/bin/mmdebstrap`, "--mode=root", "--format=directory"],
    ...["--variant=minbase", `--include=${packages}`, `--setup-hook=sh ${before} "$1"`],
    ...['--aptopt=Apt::Sandbox::User "root"', await ownRelease(), tree, await aptSources()],
  ]);
  await run(program, args);
  const [login, host] = [makeKeyPair(), makeKeyPair()];
  const all = {
    ...files,
    ...options.files,
    "etc/ssh/ssh_host_ed25519_key": host.openssh,
    "root/.ssh/authorized_keys": `${login.publicLine}\n`,
  };
  for (const [path, text] of Object.entries(all)) {
    await mkdir(dirname(join(tree, path)), { recursive: true });
    await writeFile(join(tree, path), text);
  }
  await chmod(join(tree, "root/.ssh"), 0o700);
  await run("sh", ["-c", settleScript, "sh", tree, account]);
  const boot = await readdir(join(tree, "boot"));
  const bootFile = async (prefix: string) => {
    const name = boot.find((one) => one.startsWith(prefix));
    if (name === undefined) throw new Error(`no ${prefix} in /boot`);
    await cp(join(tree, "boot", name), join(directory, prefix));
    return join(directory, prefix);
  };
  const [kernel, initramfs] = [await bootFile("vmlinuz"), await bootFile("initrd.img")];
  await run("sh", ["-c", diskScript, "sh", tree, disk, "4G"]);
  await rm(tree, { recursive: true });
  return {
    ...{ disk, kernel, initramfs },
    login: { privateKey: login.openssh, hostKeys: [host.publicLine] },
  };
}
