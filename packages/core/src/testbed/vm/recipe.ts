import type { Command } from "../../command/command.js";
import type { Capability } from "../testbed.js";
import type { DataCard } from "./data-card.js";

/** What the guests of a system are made of and how they are run; the system supplies it as data. */
export interface GuestRecipe {
  /** Packages of this computer's distribution the guests have, with all they depend on. */
  readonly packages: readonly string[];
  /** Kernel modules that can be loaded in the guests, also by the kernel itself. */
  readonly modules: readonly string[];
  /** Metapackage of the guests' kernel. */
  readonly kernel: "linux-image-amd64";
  /** Memory of each guest. */
  readonly memoryMib: number;
  /** Virtual CPUs of each guest. */
  readonly cpus: number;
  /** MTU of the data link in bytes. */
  readonly linkMtuBytes: number;
  /**
   * Card of the data link. `e1000` has offloads, rings, interrupt moderation and pause frames of real hardware, `vmxnet3`
   * two queues with RSS, `virtio-net-rss` a hash key and fields to set; all are slower. @default "virtio-net"
   */
  readonly dataCard?: DataCard;
  /** Whether an emulated IOMMU stands before the cards, so that vfio-pci takes them. @default false */
  readonly iommu?: boolean;
  /** Run one after the other on every guest once it has booted. */
  readonly bringUp: readonly Command[];
  /** What the guests can do after that, beyond what every guest can. */
  readonly capabilities: readonly Capability[];
}

/** The part of a recipe an image depends on. */
export type ImageRecipe = Pick<GuestRecipe, "packages" | "modules" | "kernel">;

/** Packages of every guest: a shell, SSH, networking and the tools core itself uses on hosts. */
export const basePackages: readonly string[] = [
  "busybox-static",
  "coreutils",
  "dash",
  "dropbear-bin",
  "ethtool",
  "iproute2",
  "iputils-ping",
  "util-linux",
];

/** Packages used to build an image, not part of it. */
export const buildPackages: readonly string[] = ["xz-utils"];

/** Modules every guest loads at boot: its network cards. */
export const baseModules: readonly string[] = ["virtio_pci", "virtio_net"];
