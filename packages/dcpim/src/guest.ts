import type { GuestRecipe } from "@hoststack/core";

/**
 * Two virtual CPUs, one for the application and one for the matching work, on the distribution's own kernel. dcPIM's
 * tables take memory; an MTU of 9000 is upstream's.
 */
export function dcpimGuest(): GuestRecipe {
  return {
    packages: ["iperf3", "kmod", "libstdc++6", "linuxptp"],
    modules: [],
    kernel: "linux-image-amd64",
    memoryMib: 768,
    cpus: 2,
    linkMtuBytes: 9000,
    bringUp: [],
    capabilities: [],
  };
}
