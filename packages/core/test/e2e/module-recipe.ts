import type { GuestRecipe } from "../../src/testbed/vm/recipe.js";

/** Guests for modules of one's own, which outlive an oops as servers do. */
export const moduleRecipe: GuestRecipe = {
  packages: ["kmod"],
  modules: ["dummy", "rdma_rxe", "sch_netem"],
  kernel: "linux-image-amd64",
  memoryMib: 512,
  cpus: 2,
  linkMtuBytes: 1500,
  bringUp: [{ argv: ["depmod"] }, { argv: ["sh", "-c", "echo 0 >/proc/sys/kernel/panic_on_oops"] }],
  capabilities: [],
};
