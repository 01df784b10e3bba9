import type { GuestRecipe } from "../../src/testbed/vm/recipe.js";

/** What guests of tests of steps are made of: one image and one snapshot for all of these. */
export const stepGuest: Omit<GuestRecipe, "bringUp"> = {
  packages: ["kmod", "irqbalance"],
  modules: ["crc32_generic", "dummy", "rdma_rxe", "sch_fq", "sch_netem", "tcp_bbr"],
  kernel: "linux-image-amd64",
  memoryMib: 512,
  cpus: 2,
  linkMtuBytes: 1500,
  capabilities: [],
};
