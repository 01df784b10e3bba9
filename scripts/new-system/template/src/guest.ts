import type { GuestRecipe } from "@hoststack/core";

/** The guests of `--testbed vm`: Debian packages of the programs, kernel modules, and commands that bring them up. */
export function sixthGuest(): GuestRecipe {
  return {
    packages: ["iputils-ping"],
    modules: [],
    kernel: "linux-image-amd64",
    memoryMib: 512,
    cpus: 2,
    linkMtuBytes: 1500,
    bringUp: [],
    capabilities: [],
  };
}
