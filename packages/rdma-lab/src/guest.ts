import type { GuestRecipe } from "@hoststack/core";

/**
 * Two virtual CPUs and 512 MiB with a SoftRoCE device on the data NIC. `crc32_generic` has to be
 * there although modprobe does not list it: without it rdma_rxe cannot add a device. An MTU of 9000
 * gives RoCE its largest path MTU, 4096; with 1500 it is 1024.
 */
export function rdmaGuest(): GuestRecipe {
  return {
    packages: ["ibverbs-providers", "ibverbs-utils", "iperf3", "perftest", "sockperf"],
    modules: ["crc32_generic", "ib_uverbs", "rdma_rxe", "rdma_ucm"],
    kernel: "linux-image-amd64",
    memoryMib: 512,
    cpus: 2,
    linkMtuBytes: 9000,
    bringUp: [
      { argv: ["modprobe", "-a", "crc32_generic", "ib_uverbs", "rdma_rxe", "rdma_ucm"] },
      { argv: ["rdma", "link", "add", "rxe0", "type", "rxe", "netdev", "lab0"] },
    ],
    capabilities: ["rdma"],
  };
}
