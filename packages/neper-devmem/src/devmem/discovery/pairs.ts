/** A PCI device with its place in sysfs, resolved: `/sys/devices/pci0000:00/0000:00:01.0/0000:04:00.0`. */
export interface PciDevice {
  readonly name: string;
  readonly path: string;
}

/** How near two devices are: through one switch, through one root complex, or through the processors. */
export type PciNearness = "across sockets" | "same root complex" | "same switch";

/** A NIC with the GPU nearest to it. */
export interface NicGpuPair {
  readonly nic: string;
  /** Its PCI address. */
  readonly gpu: string;
  /** Bridges between them, counted on the tree. */
  readonly hops: number;
  readonly nearness: PciNearness;
}

const address = /^[0-9a-f]{4,}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]$/;

/** Components from the root complex on to the last PCI function; a virtio device is below its own. */
function pciChain(path: string): readonly string[] {
  const parts = path.split("/");
  const root = parts.findIndex((part) => /^pci[0-9a-f]{4,}:[0-9a-f]{2}$/.test(part));
  if (root === -1) return [];
  const last = parts.findLastIndex((part) => address.test(part));
  return parts.slice(root, last + 1);
}

/** PCI address of the device at a place in sysfs; undefined where it is none. */
export function pciAddressOf(path: string): string | undefined {
  return pciChain(path).findLast((part) => address.test(part));
}

/** How far two devices are from each other on the PCI tree; undefined where one of them is not on it. */
export function pciDistance(
  first: string,
  second: string,
): Pick<NicGpuPair, "hops" | "nearness"> | undefined {
  const [a, b] = [pciChain(first), pciChain(second)];
  if (a.length === 0 || b.length === 0) return undefined;
  const differs = a.findIndex((part, index) => part !== b[index]);
  const common = differs === -1 ? a.length : differs;
  const hops = a.length + b.length - 2 * common;
  if (common === 0) return { hops, nearness: "across sockets" };
  return { hops, nearness: common === 1 ? "same root complex" : "same switch" };
}

/**
 * Gives each NIC a GPU of its own, the nearest pairs first; where several are as near, the lowest address. Pure. NICs that
 * are no PCI devices, and those for which no GPU is left, get none.
 */
export function pairNicsWithGpus(
  nics: readonly PciDevice[],
  gpus: readonly PciDevice[],
): readonly NicGpuPair[] {
  const candidates = nics.flatMap((nic) =>
    gpus.flatMap((gpu): NicGpuPair[] => {
      const distance = pciDistance(nic.path, gpu.path);
      return distance === undefined ? [] : [{ nic: nic.name, gpu: gpu.name, ...distance }];
    }),
  );
  const order = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
  const rank = { "same switch": 0, "same root complex": 1, "across sockets": 2 } as const;
  const sorted = candidates.toSorted(
    (a, b) =>
      rank[a.nearness] - rank[b.nearness] ||
      a.hops - b.hops ||
      order(a.nic, b.nic) ||
      order(a.gpu, b.gpu),
  );
  const pairs: NicGpuPair[] = [];
  for (const one of sorted) {
    if (pairs.some(({ nic, gpu }) => nic === one.nic || gpu === one.gpu)) continue;
    pairs.push(one);
  }
  return pairs.sort((a, b) => order(a.nic, b.nic));
}
