import type { SystemKernel } from "@hoststack/core";
import { upstream } from "./programs.js";

const version = "6.0.3";

/** Linux as upstream's patch is for it; what it hands out as a file is named by whoever builds it. */
const linux = {
  version,
  tarball: `https://cdn.kernel.org/pub/linux/kernel/v6.x/linux-${version}.tar.gz`,
  // the module asks for a DMA engine, which only a driver of one brings
  set: { DMADEVICES: "y", INTEL_IOATDMA: "m" },
} as const;

/** Kernels dcPIM runs on beside the distribution's. */
export const dcpimKernels = {
  patched: {
    ...linux,
    summary: "Linux 6.0.3 with upstream's patch",
    patches: [{ ...upstream, path: "kernel_impl/diff.patch" }],
  },
  unpatched: { ...linux, summary: "Linux 6.0.3 as published" },
} as const satisfies Readonly<Record<string, SystemKernel>>;
