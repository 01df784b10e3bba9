/** Network cards that guests can have on their data link. */
export type DataCard = "e1000" | "virtio-net" | "virtio-net-rss" | "vmxnet3";

/** A card as QEMU makes it and Linux drives it. */
interface CardModel {
  readonly device: string;
  readonly settings?: string;
  /** Module of its driver, where every guest does not have it already. */
  readonly driver?: string;
}

const tenGigabit = ",speed=10000,duplex=full";

const models: Readonly<Record<DataCard, CardModel>> = {
  // the first of its family whose driver moderates interrupts
  e1000: { device: "e1000-82545em", driver: "e1000" },
  "virtio-net": { device: "virtio-net-pci", settings: tenGigabit },
  "virtio-net-rss": { device: "virtio-net-pci", settings: `,rss=on,hash=on${tenGigabit}` },
  vmxnet3: { device: "vmxnet3", driver: "vmxnet3" },
};

/** Module that a guest needs for its data card, beyond those of every guest. */
export function cardDriver(card: DataCard = "virtio-net"): string | undefined {
  return models[card].driver;
}

/** QEMU's `-device` for a card on the network `data`. */
export function cardDevice(card: DataCard = "virtio-net", mac: string): string {
  const { device, settings = "" } = models[card];
  return `${device},netdev=data,mac=${mac},romfile=${settings}`;
}
