import type { System } from "../system/system.js";
import { readGroupLine } from "./command-group.js";
import { type KernelVerbName, kernelGroup } from "./kernel-flags.js";
import type { KernelRequest } from "./kernel-request.js";
import { interruptible } from "./signals.js";
import type { Terminal } from "./terminal.js";

const verbs: Readonly<Record<KernelVerbName, (request: KernelRequest) => Promise<number>>> = {
  build: async (request) => (await import("./kernel-build.js")).kernelBuild(request),
  install: async (request) => (await import("./kernel-install.js")).kernelInstall(request),
  boot: async (request) => (await import("./kernel-boot.js")).kernelBoot(request),
  status: async (request) => (await import("./kernel-status.js")).kernelStatusCommand(request),
};

/** `kernel COMMAND`: kernels built, installed, booted once and proven. Returns the exit code. */
export async function kernelCommand(
  system: System,
  argv: readonly string[],
  terminal: Terminal,
): Promise<number> {
  const line = readGroupLine(kernelGroup(system), { system: system.name, argv, terminal });
  if (typeof line === "number") return line;
  const { command, words, values } = line;
  return await interruptible(
    async (signal) => await verbs[command]({ system, words, values, signal, terminal }),
  );
}
