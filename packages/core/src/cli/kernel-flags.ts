import type { CommandGroup, GroupCommand } from "./command-group.js";
import type { Flag } from "./flags.js";
import { helpFlag, verboseFlag } from "./run-flags.js";

const testbedFlag: Flag = {
  name: "testbed",
  property: "testbed",
  type: "string",
  value: "FILE",
  description: "testbed file that names the hosts",
};

const yesFlag: Flag = {
  name: "yes",
  property: "yes",
  type: "boolean",
  description: "do it without asking; needed where there is no terminal to ask on",
};

const jsonFlag: Flag = {
  name: "json",
  property: "json",
  type: "boolean",
  description: "print JSON on stdout",
};

const bootFlags: readonly Flag[] = [
  {
    name: "make-default",
    property: "makeDefault",
    type: "boolean",
    description: "boot it by default from then on, once it is proven",
  },
  {
    name: "deadline",
    property: "deadlineSeconds",
    type: "integer",
    value: "SECONDS",
    default: 300,
    description: "a boot that is not confirmed so long after its start is reset",
  },
  {
    name: "wait",
    property: "waitSeconds",
    type: "integer",
    value: "SECONDS",
    description: "longest time until the host answers again (default deadline + 900)",
  },
  {
    name: "kexec",
    property: "kexec",
    type: "boolean",
    description: "start it from the running kernel, without the firmware",
  },
  {
    name: "accept-manual-reset",
    property: "acceptManualReset",
    type: "boolean",
    description: "also where nothing resets a kernel that hangs: you can power-cycle it",
  },
];

const commands = {
  build: {
    usage: "FILE.yaml [HOST --testbed FILE]",
    takesFiles: true,
    summary: "build the kernel a file describes, here or on a host",
    flags: [testbedFlag, jsonFlag, helpFlag],
  },
  install: {
    usage: "DIRECTORY [HOST...] --testbed FILE [--yes]",
    takesFiles: true,
    summary: "show, step by step, how a built kernel is installed on hosts, and do it",
    flags: [testbedFlag, yesFlag, jsonFlag, verboseFlag, helpFlag],
  },
  boot: {
    usage: "[RELEASE] [HOST...] --testbed FILE [--yes]",
    summary: "show how an installed kernel is booted once, do it, and prove that it runs",
    flags: [testbedFlag, ...bootFlags, yesFlag, jsonFlag, verboseFlag, helpFlag],
  },
  status: {
    usage: "[HOST...] --testbed FILE",
    summary: "show which kernel hosts run, and which they boot next and by default",
    flags: [testbedFlag, jsonFlag, verboseFlag, helpFlag],
  },
} as const satisfies Readonly<Record<string, GroupCommand>>;

/** Name of a command below `kernel`. */
export type KernelVerbName = keyof typeof commands;

const exitLines = [
  "Exit status",
  "  0 done, or shown  1 failed, declined, or another kernel runs",
  "  2 wrong file or directory, or no --yes  4 host unreachable",
  "  3 a host has no way back, nothing was changed",
];

/** `kernel COMMAND`. */
export const kernelGroup: CommandGroup<KernelVerbName> = {
  name: "kernel",
  summary: "kernels built, installed, booted once and proven",
  about:
    "A kernel is built once, installed on many hosts beside the one they boot, booted once, and kept only when it is proven to run. One that panics, hangs or loses its network gives way to the old one. What is installed is removed by restore. docs/kernels.md shows it all.",
  commands,
  closing: () => exitLines,
  exitLines,
};
