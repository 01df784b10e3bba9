import type { KernelSymbolValue } from "../recipe.js";

const enabled = (value: "m" | "y", names: string): Record<string, KernelSymbolValue> =>
  Object.fromEntries(
    names
      .trim()
      .split(/\s+/)
      .map((name) => [name, value]),
  );

/**
 * Without these no guest of ours comes up: processor and PCI, the console, an initramfs, the file systems
 * every program expects, networking. Cards are modules, as in a distribution's kernel.
 */
export const guestNeeds: Readonly<Record<string, KernelSymbolValue>> = {
  ...enabled(
    "y",
    `64BIT SMP PCI PCI_MSI ACPI TTY PRINTK SERIAL_8250 SERIAL_8250_CONSOLE BLOCK BLK_DEV_INITRD
    BINFMT_ELF BINFMT_SCRIPT DEVTMPFS PROC_FS PROC_SYSCTL SYSFS SHMEM TMPFS UNIX98_PTYS MULTIUSER
    NET UNIX INET PACKET NETDEVICES ETHERNET VIRTIO_MENU MODULES MODULE_UNLOAD IKCONFIG IKCONFIG_PROC
    HIGH_RES_TIMERS FUTEX EPOLL`,
  ),
  ...enabled("m", "VIRTIO_PCI VIRTIO_NET"),
};

/** What guests have beside that, where the sources know it: disks, tools of the network, ways to see and end them. */
const guestWishes: Readonly<Record<string, KernelSymbolValue>> = {
  // clocks, the processor's own help for guests, and an entry for a kernel that is unpacked already
  ...enabled(
    "y",
    "NO_HZ_IDLE HPET_TIMER RTC_CLASS RTC_DRV_CMOS HYPERVISOR_GUEST PARAVIRT KVM_GUEST PVH",
  ),
  // random numbers that differ after a snapshot
  ...enabled("y", "VIRT_DRIVERS VMGENID RANDOM_TRUST_CPU HW_RANDOM"),
  ...enabled(
    "y",
    "SYSVIPC POSIX_MQUEUE NAMESPACES UTS_NS IPC_NS PID_NS NET_NS USER_NS CGROUPS CGROUP_SCHED",
  ),
  ...enabled(
    "y",
    "AIO FHANDLE INOTIFY_USER SIGNALFD TIMERFD EVENTFD FILE_LOCKING SECCOMP AUTOFS_FS",
  ),
  // a disk with a file system, as a server has
  ...enabled(
    "y",
    "EXT4_FS EXT4_USE_FOR_EXT2 VFAT_FS MSDOS_PARTITION EFI_PARTITION PARTITION_ADVANCED",
  ),
  ...enabled(
    "y",
    "BLK_DEV BLK_DEV_LOOP SCSI BLK_DEV_SD ATA SATA_AHCI ATA_SFF ATA_BMDMA ATA_PIIX TMPFS_POSIX_ACL",
  ),
  ...enabled("y", "TMPFS_XATTR DMIID RD_GZIP RD_XZ RD_ZSTD CRYPTO CRYPTO_SHA256 CRYPTO_HMAC"),
  // other cards, and links within a machine
  ...enabled("m", "VIRTIO_BLK E1000 VETH DUMMY TUN"),
  ...enabled("y", "NET_VENDOR_INTEL NET_CORE ETHTOOL_NETLINK IPV6 IP_MULTICAST IP_ADVANCED_ROUTER"),
  ...enabled("y", "IP_MULTIPLE_TABLES INET_DIAG INET_TCP_DIAG INET_UDP_DIAG SYN_COOKIES NETFILTER"),
  ...enabled("y", "TCP_CONG_ADVANCED TCP_CONG_CUBIC NET_RX_BUSY_POLL PTP_1588_CLOCK"),
  ...enabled("m", "TCP_CONG_BBR TCP_CONG_DCTCP"),
  ...enabled("y", "NET_SCHED NET_SCH_FQ NET_SCH_FQ_CODEL NET_SCH_HTB NET_SCH_TBF NET_SCH_PRIO"),
  ...enabled("m", "NET_SCH_NETEM"),
  ...enabled("y", "HUGETLBFS TRANSPARENT_HUGEPAGE TRANSPARENT_HUGEPAGE_MADVISE"),
  // to see what happens, and to end it when nothing does
  ...enabled(
    "y",
    "PRINTK_TIME KALLSYMS BUG MAGIC_SYSRQ ELF_CORE COREDUMP DEBUG_KERNEL UNWINDER_FRAME_POINTER",
  ),
  ...enabled("y", "WATCHDOG I6300ESB_WDT ITCO_WDT SOFT_WATCHDOG KEXEC KEXEC_FILE"),
  // quick to pack, quick to unpack
  ...enabled("y", "KERNEL_GZIP"),
};

/** The configuration of guests as symbols; everything not named here is off unless it is needed. */
export const guestSymbols: Readonly<Record<string, KernelSymbolValue>> = {
  ...guestWishes,
  ...guestNeeds,
};
