import type { Host } from "../host/host.js";
import {
  type KernelMark,
  kernelFaultError,
  kernelSince,
  markKernel,
} from "../kernel/module/kernel-watch.js";
import type { Step } from "../plan/step.js";
import type { Reason } from "../result/verdict.js";
import { faultWords } from "../steps/module-file/kernel-faults.js";

/** What the kernels of some hosts complain about while a module is loaded. */
export interface KernelWatch {
  /** Each complaint since the last call, as what makes a trial invalid. */
  findings(): Promise<readonly Reason[]>;
  /** Throws KERNEL_FAULT for a complaint since then. */
  throwSince(): Promise<void>;
}

/** Whether a step loads a module, which may do anything to its kernel. */
export const loadsModule = ({ id }: Step): boolean => id.startsWith("module:");

/** Reads where the kernels' logs stand, and later what they say since. Throws what `Host.batch` throws. */
export async function watchKernels(hosts: readonly Host[]): Promise<KernelWatch> {
  const marks = new Map<Host, KernelMark>();
  for (const host of hosts) marks.set(host, await markKernel(host));
  const faultsOf = async (host: Host) => {
    const { faults, mark } = await kernelSince(
      host,
      marks.get(host) ?? { sequence: 0, tainted: 0 },
    );
    marks.set(host, mark);
    return faults;
  };
  return {
    async findings() {
      const found: Reason[] = [];
      for (const host of hosts) {
        for (const fault of await faultsOf(host)) {
          const text = `the kernel of ${host.name} said: ${faultWords(fault)}`;
          found.push({ state: "invalid", rule: "kernel.fault", text });
        }
      }
      return found;
    },
    async throwSince() {
      for (const host of hosts) {
        const faults = await faultsOf(host);
        if (faults.length === 0) continue;
        throw kernelFaultError({ host: host.name, doing: "a module was unloaded" }, faults);
      }
    },
  };
}
