/** A feature as `ethtool -k` prints it and as `ethtool -K` takes it. */
export type FeatureName = readonly [label: string, parameter: string];

const same = (...names: readonly string[]): readonly FeatureName[] =>
  names.map((name) => [name, name]);

/**
 * What stands behind ethtool's short names. Groups are set by the kernel's own names of their members, so
 * that each can be set back to what it was.
 */
export const features = {
  rx: [["rx-checksumming", "rx"]],
  tx: same(
    "tx-checksum-ipv4",
    "tx-checksum-ip-generic",
    "tx-checksum-ipv6",
    "tx-checksum-fcoe-crc",
    "tx-checksum-sctp",
  ),
  sg: same("tx-scatter-gather", "tx-scatter-gather-fraglist"),
  tso: same(
    "tx-tcp-segmentation",
    "tx-tcp-ecn-segmentation",
    "tx-tcp-mangleid-segmentation",
    "tx-tcp6-segmentation",
    "tx-tcp-accecn-segmentation",
  ),
  gso: [["generic-segmentation-offload", "gso"]],
  gro: [["generic-receive-offload", "gro"]],
  lro: [["large-receive-offload", "lro"]],
  rxvlan: [["rx-vlan-offload", "rxvlan"]],
  txvlan: [["tx-vlan-offload", "txvlan"]],
  ntuple: [["ntuple-filters", "ntuple"]],
  rxhash: [["receive-hashing", "rxhash"]],
} as const satisfies Record<string, readonly FeatureName[]>;

/** ethtool's short names. */
export type Offload = keyof typeof features;

/** The kernel drops the first while none of the others is on (netdev_fix_features). */
export const dependencies: readonly {
  readonly dependent: string;
  /** ethtool's short name of what is needed. */
  readonly needs: string;
  readonly anyOf: readonly string[];
}[] = [
  ...["tx-tcp-segmentation", "tx-tcp-ecn-segmentation"].map((dependent) => ({
    dependent,
    needs: "tx",
    anyOf: ["tx-checksum-ipv4", "tx-checksum-ip-generic"],
  })),
  {
    dependent: "tx-tcp6-segmentation",
    needs: "tx",
    anyOf: ["tx-checksum-ipv6", "tx-checksum-ip-generic"],
  },
  ...[
    "tx-tcp-segmentation",
    "tx-tcp-ecn-segmentation",
    "tx-tcp6-segmentation",
    "generic-segmentation-offload",
  ].map((dependent) => ({ dependent, needs: "sg", anyOf: ["tx-scatter-gather"] })),
  ...["large-receive-offload", "rx-gro-hw"].map((dependent) => ({
    dependent,
    needs: "rx",
    anyOf: ["rx-checksumming"],
  })),
];
