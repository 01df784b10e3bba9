import type { GuestRecipe } from "@hoststack/core";

/** Two virtual CPUs and 512 MiB: neper needs nothing of a kernel that the distribution's does not have. */
export function neperGuest(): GuestRecipe {
  return {
    packages: ["iperf3"],
    modules: [],
    kernel: "linux-image-amd64",
    memoryMib: 512,
    cpus: 2,
    linkMtuBytes: 1500,
    bringUp: [],
    capabilities: [],
  };
}
