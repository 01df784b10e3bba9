import type { GuestRecipe } from "../../src/testbed/vm/recipe.js";

/** Guests with RDMA in software; their image and snapshot are the RDMA lab's, so that both are made once. */
export const rdmaRecipe: GuestRecipe = {
  packages: ["ibverbs-providers", "ibverbs-utils", "iperf3", "perftest", "sockperf"],
  modules: ["crc32_generic", "ib_uverbs", "rdma_rxe", "rdma_ucm"],
  kernel: "linux-image-amd64",
  memoryMib: 512,
  cpus: 2,
  linkMtuBytes: 9000,
  bringUp: [
    { argv: ["modprobe", "-a", "crc32_generic", "rdma_rxe", "rdma_ucm"] },
    { argv: ["rdma", "link", "add", "rxe0", "type", "rxe", "netdev", "lab0"] },
  ],
  capabilities: ["rdma"],
};
