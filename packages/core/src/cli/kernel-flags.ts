import type { System } from "../system/system.js";
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

/** What the configuration of a named kernel can start from. */
export const configBases = ["guest", "running"] as const;

/** Flags of `kernel build` for kernels of a system. */
const buildFlags: readonly Flag[] = [
  {
    ...{ name: "source", property: "source", type: "string", value: "PATH" },
    description: "your tree or archive of the sources a named kernel is built from",
  },
  {
    ...{ name: "sha256", property: "sha256", type: "string", value: "HEX" },
    description: "SHA-256 of the published archive, to download it instead",
  },
  {
    ...{ name: "config", property: "config", type: "string" },
    choices: configBases,
    description: "it starts from: here guest, on a host running",
  },
  {
    ...{ name: "mirror", property: "mirror", type: "string", value: "REPOSITORY" },
    multiple: true,
    description: "path or URL where patches are looked for first",
  },
];

const commands = {
  build: {
    usage: "FILE.yaml [HOST --testbed FILE]",
    takesFiles: true,
    summary: "build the kernel a file describes, here or on a host, and print its directory",
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
  "  0 done, or shown",
  "  1 failed, declined, or another kernel runs",
  "  2 wrong file, directory or flag, or no --yes where nobody can be asked",
  "  3 a host lacks something or has no way back; nothing was changed",
  "  4 host unreachable",
];

const about =
  "A kernel is built once, installed on many hosts beside the one they boot, booted once, and kept only when it is proven to run. One that panics, hangs or loses its network gives way to the old one. What is installed is removed by restore. docs/kernel-builds.md has a FILE.yaml, docs/kernels.md shows the rest.";

/** Systems with kernels of their own build those by name as well. */
function commandsOf({ kernels }: System): Readonly<Record<KernelVerbName, GroupCommand>> {
  if (kernels === undefined) return commands;
  const { build, ...others } = commands;
  const names = Object.keys(kernels);
  return {
    build: {
      ...build,
      usage: `FILE.yaml|${names.join("|")} [HOST --testbed FILE]`,
      summary: "build a kernel of this system or of a file, here or on a host; print its directory",
      flags: [...buildFlags, ...build.flags],
    },
    ...others,
  };
}

/** `kernel COMMAND`. */
export const kernelGroup = (system: System): CommandGroup<KernelVerbName> => ({
  name: "kernel",
  summary: "kernels built, installed, booted once and proven",
  about,
  commands: commandsOf(system),
  closing: () => exitLines,
  exitLines,
});
