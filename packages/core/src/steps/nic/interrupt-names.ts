/** What drivers call interrupts that are not a queue's: mlx5_async, ice-...:misc, virtio0-config. */
const notQueues =
  /(?:^|[-_:.])(?:async|config|misc|control|ctrl|cmd|event|mgm|mbox|admin|asq|lsc|link|ptp|pages|fw)/i;

/** Whether an interrupt of a NIC is, by its name in /proc/interrupts, one of a queue. */
export function isQueueInterrupt(name: string, nic: string): boolean {
  return !notQueues.test(name.replace(/@.*$/, "").replace(nic, ""));
}

/**
 * The queue an interrupt serves, by the last number of its name: `mlx5_comp3@pci:0000:3b:00.0`,
 * `i40e-ens2f0-TxRx-3`, `virtio2-input.3`. Undefined where it has none of its own.
 */
export function queueOf(name: string): number | undefined {
  const [, queue] =
    /(?:^|[-_.:a-zA-Z])(?:comp|TxRx|rx|tx|fp|input|output|queue|mlx5_comp|Q)[-_.]?(\d+)$/i.exec(
      name.replace(/@.*$/, ""),
    ) ?? [];
  return queue === undefined ? undefined : Number(queue);
}
