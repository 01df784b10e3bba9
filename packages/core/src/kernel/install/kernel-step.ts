import type { Answer, Decision, Obstacle, Step, StepPlace } from "../../plan/step.js";
import { impossible, noAnswer, satisfied } from "../../steps/decisions.js";
import { script } from "../../steps/script.js";
import { type BootFacts, bootFactsCommands, readBootFacts } from "../boot/boot-facts.js";
import type { KernelTree } from "./kernel-tree.js";
import {
  depmodScript,
  finishKernelScript,
  initramfsScript,
  kernelSpaceScript,
  kernelStateScript,
  placeKernelScript,
  removeKernelScript,
} from "./scripts.js";

const kibibyte = 1024;
/** What a first file system may need where none is there to go by. */
const usualInitramfsKib = 64 * kibibyte;

/** Where a kernel is copied to on a host before it is put in place. */
export function stagedDirectory({ savedDirectory }: StepPlace, release: string): string {
  return `${savedDirectory}/kernel-${release}`;
}

function spaceObstacle(answer: Answer | undefined, tree: KernelTree): Obstacle | undefined {
  const numbers = /^(\d+) (\d+) (\d+)\n$/
    .exec(answer?.stdout ?? "")
    ?.slice(1)
    .map(Number);
  const [bootKib, modulesKib, largestKib] = numbers ?? [];
  if (bootKib === undefined || modulesKib === undefined) return undefined;
  const needs = [
    {
      where: "/boot",
      free: bootKib,
      need: tree.bootBytes / kibibyte + (largestKib || usualInitramfsKib),
    },
    { where: "/lib/modules", free: modulesKib, need: tree.moduleBytes / kibibyte },
  ];
  const short = needs.find(({ free, need }) => free < need);
  if (short === undefined) return undefined;
  const mebibytes = (kib: number) => Math.ceil(kib / kibibyte);
  return {
    reason: `${short.where} has ${mebibytes(short.free)} MiB free, ${tree.release} needs about ${mebibytes(short.need)}`,
    remedy: `make room in ${short.where}, e.g. by removing kernels that are not used`,
  };
}

function obstacleTo(tree: KernelTree, seen: Answer, facts: BootFacts): Obstacle | undefined {
  const { release } = tree;
  const [state, what = ""] = seen.stdout.trimEnd().split(" ");
  if (state === "foreign") {
    return {
      reason: `${what} is there already, and no step has put it there`,
      remedy: "build the kernel with another local version, or remove what is there",
    };
  }
  if (facts.release === release) {
    return {
      reason: `${release} is the kernel that runs, and differs from the one to be installed`,
      remedy: "boot another kernel first",
    };
  }
  if (state !== "absent") {
    return {
      reason: `${release} is installed, but its files are not those of this build`,
      remedy: "restore the host first, or remove that kernel",
    };
  }
  if (facts.initramfsTool === undefined) {
    return {
      reason: "it has neither update-initramfs nor dracut, to make the kernel's first file system",
      remedy: "install initramfs-tools or dracut",
    };
  }
  return undefined;
}

/**
 * Has a kernel in /boot and /lib/modules, its first file system made by the distribution's own tool, and an entry in
 * GRUB's menu. Nothing that is there is overwritten; undone, exactly it is removed and the menu made again, but never
 * while it runs. Its files have to be staged on the host before (see `installKernel`).
 */
export function kernelStep(tree: KernelTree): Step {
  const { release } = tree;
  const wanted = `installed ${tree.sha256}\n`;
  const decide = (seen: Answer, answers: readonly Answer[], place: StepPlace): Decision => {
    const [told, menu, space] = answers;
    const facts = readBootFacts([told, menu]);
    if (seen.exitCode !== 0 || facts === undefined) return noAnswer(`the kernel ${release}`, seen);
    if (seen.stdout === wanted) return satisfied;
    const obstacle = obstacleTo(tree, seen, facts) ?? spaceObstacle(space, tree);
    if (obstacle !== undefined) return impossible(obstacle.reason, obstacle.remedy);
    const staged = stagedDirectory(place, release);
    const tool = facts.initramfsTool ?? "";
    const files = tree.manifest.split("\n").length - 1;
    return {
      state: "needed",
      wanted,
      actions: [
        { ...script(placeKernelScript, release, staged), stdin: tree.manifest },
        script(depmodScript, release),
        script(initramfsScript, release, tool),
        script(finishKernelScript, release),
      ],
      undo: [script(removeKernelScript, release, staged)],
      diff: [
        `new: /boot/{vmlinuz,config,System.map}-${release}, /lib/modules/${release} (${files} files, each verified)`,
        `its first file system by ${tool}, its entry in grub.cfg by grub-mkconfig`,
        "the default stays what it is",
      ].join("\n"),
    };
  };
  return {
    id: `kernel:${release}`,
    title: `install the kernel ${release}`,
    scope: "machine",
    lifetime: "kept",
    survives: "reboot",
    partial: "ours",
    check: script(kernelStateScript, release),
    probes: [...bootFactsCommands, script(kernelSpaceScript)],
    decide,
  };
}
