import type { KernelToBoot } from "../doctor/guest-kernel.js";
import type { BuiltKernel } from "../kernel/built.js";
import { notedKernel } from "../system/kernels/noted-kernel.js";
import type { System } from "../system/system.js";
import type { TestbedSpec } from "../testbed/open-testbed.js";
import type { ChosenTestbed } from "./chosen-testbed.js";

/**
 * The build of the kernel that guests are to boot; undefined for the distribution's, and for hosts that are no guests of
 * ours. Throws OPTIONS_INVALID for a name the system has not, SETUP_MISSING where it was not built.
 */
export async function guestKernel(
  system: System,
  testbed: ChosenTestbed,
): Promise<BuiltKernel | undefined> {
  if (testbed.kind !== "vm" || testbed.kernel === undefined) return undefined;
  return await notedKernel(system, testbed.kernel);
}

/** The kernel guests are to boot, for an examination: that it was not built is a finding. */
export function kernelToBoot(
  system: System,
  testbed: ChosenTestbed,
): { readonly kernel?: KernelToBoot } {
  if (testbed.kind !== "vm" || testbed.kernel === undefined) return {};
  const name = testbed.kernel;
  return { kernel: { name, built: () => notedKernel(system, name) } };
}

/** What `builds` of a setup is told of the kernel a command line asks for. */
export const kernelAim = (testbed: ChosenTestbed): { readonly kernel?: string } =>
  testbed.kind === "vm" && testbed.kernel !== undefined ? { kernel: testbed.kernel } : {};

/** The same testbed, its guests booting a kernel that was built. */
export const bootingKernel = (spec: TestbedSpec, kernel: BuiltKernel | undefined): TestbedSpec =>
  spec.kind === "vm" && kernel !== undefined ? { ...spec, kernel } : spec;
