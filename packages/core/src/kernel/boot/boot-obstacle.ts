import type { Obstacle } from "../../plan/step.js";
import type { BootFacts } from "./boot-facts.js";
import { entryOfRelease } from "./choose-entry.js";

/** Below these GRUB reads its environment but cannot write it (util/grub.d/00_header.in of GRUB). */
const unwritableFileSystems = [
  "btrfs",
  "cpiofs",
  "newc",
  "odc",
  "romfs",
  "squash4",
  "tarfs",
  "zfs",
];
const unwritableLayers = ["cryptodisk", "diskfilter", "lvm", "mdraid09", "mdraid1x"];

interface Rule {
  readonly when: (facts: BootFacts) => boolean;
  readonly reason: (facts: BootFacts) => string;
  readonly remedy: string;
}

const rules: readonly Rule[] = [
  {
    when: ({ isRoot }) => !isRoot,
    reason: () => "only root can install and boot kernels",
    remedy: "log in as root, or set `sudo: true` for the host in the testbed file",
  },
  {
    when: ({ container }) => container,
    reason: () => "it is a container, whose kernel is that of the machine around it",
    remedy: "name the machine itself",
  },
  {
    when: ({ grubDirectory }) => grubDirectory === undefined,
    reason: () =>
      "it has no GRUB menu (/boot/grub/grub.cfg): no boot loader that could be told what to boot",
    remedy:
      "guests of a testbed get their kernel from the recipe; other boot loaders are not supported",
  },
  {
    when: ({ missingTools }) => missingTools.length > 0,
    reason: ({ missingTools }) => `it has no ${missingTools.join(", ")}`,
    remedy:
      "install GRUB's programs, on Debian and Ubuntu: apt-get install grub2-common grub-common",
  },
  {
    when: ({ menu }) => menu.usesSnippets,
    reason: () =>
      "its boot entries are files of the Boot Loader Specification, which are not written here",
    remedy: "set GRUB_ENABLE_BLSCFG=false in /etc/default/grub and make the menu again",
  },
  {
    when: ({ secureBoot }) => secureBoot,
    reason: () => "Secure Boot is on: its firmware boots kernels signed for it only",
    remedy: "switch Secure Boot off in the firmware's setup",
  },
  {
    when: ({ fileSystem }) => unwritableFileSystems.includes(fileSystem),
    reason: ({ fileSystem, grubDirectory }) =>
      `${grubDirectory} is on ${fileSystem}, where GRUB cannot forget what it booted once: a bad kernel would be booted for ever`,
    remedy: "put /boot on a file system of its own, e.g. ext4",
  },
  {
    when: ({ layers }) => layers.some((one) => unwritableLayers.includes(one)),
    reason: ({ layers, grubDirectory }) =>
      `${grubDirectory} is on ${layers.join(" over ")}, where GRUB cannot forget what it booted once: a bad kernel would be booted for ever`,
    remedy: "put /boot on a partition of its own",
  },
  {
    when: ({ fileSystem }) => fileSystem === "",
    reason: ({ grubDirectory }) =>
      `grub-probe does not tell which file system ${grubDirectory} is on`,
    remedy: "run grub-probe --target=fs on that directory by hand and mend what it says",
  },
  {
    when: ({ menu }) => !menu.bootsOnce,
    reason: () => "its grub.cfg does not follow grub-reboot (no next_entry)",
    remedy: "make the menu again with grub-mkconfig of GRUB 2.00 or later",
  },
  {
    when: ({ menu, release }) => entryOfRelease(menu, release) === undefined,
    reason: ({ release }) =>
      `the kernel that runs, ${release}, is not in its boot menu, so it could not fall back to it`,
    remedy: "boot a kernel of the menu first, or make the menu again with grub-mkconfig",
  },
  {
    when: ({ menu, readsDropIns }) =>
      menu.defaultEntry !== undefined && !/saved_entry/.test(menu.defaultEntry) && !readsDropIns,
    reason: ({ menu }) =>
      `its default is ${menu.defaultEntry}, not the saved one, and its grub-mkconfig reads no /etc/default/grub.d`,
    remedy: "set GRUB_DEFAULT=saved in /etc/default/grub and make the menu again",
  },
];

/** What keeps a host from being booted into another kernel with a way back; undefined where nothing does. */
export function bootObstacle(facts: BootFacts): Obstacle | undefined {
  const rule = rules.find(({ when }) => when(facts));
  return rule && { reason: rule.reason(facts), remedy: rule.remedy };
}
