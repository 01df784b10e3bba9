import type { GuestRecipe, Variant } from "@hoststack/core";

/** Memory of a guest, of which perf and the languages it can be told in take as much again as a guest without. */
const memoryMib = { plain: 768, withPerf: 1536 } as const;

const wantsPerf = ({ options }: Pick<Variant, "options">): boolean =>
  (options as { readonly perf?: boolean }).perf === true;

/**
 * Two virtual CPUs, one for the application and one for the matching work, on the distribution's own kernel. dcPIM's
 * tables take memory; an MTU of 9000 is upstream's. It has perf when a variant profiles.
 */
export function dcpimGuest(variants: readonly Pick<Variant, "options">[] = []): GuestRecipe {
  const perf = variants.some(wantsPerf);
  const packages = ["iperf3", "kmod", "libstdc++6", "linuxptp"];
  return {
    packages: perf ? [...packages, "linux-perf"] : packages,
    modules: [],
    kernel: "linux-image-amd64",
    memoryMib: perf ? memoryMib.withPerf : memoryMib.plain,
    cpus: 2,
    linkMtuBytes: 9000,
    bringUp: [],
    capabilities: [],
  };
}
