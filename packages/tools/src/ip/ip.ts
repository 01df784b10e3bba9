import { z } from "zod";
import { jsonReader } from "../kernel/json-reader.js";
import { defineParser } from "../kernel/parser.js";

/** `ip -j` prints {} for entries its filter hides (iproute2 up to 6.x); they carry nothing. */
function withoutEmpty(value: unknown): unknown {
  if (!Array.isArray(value)) return value;
  return value.filter(
    (entry) => typeof entry !== "object" || entry === null || Object.keys(entry).length > 0,
  );
}

const linkFields = {
  ifindex: z.int(),
  ifname: z.string(),
  /** `NO-CARRIER` stands here for an interface that is up without a cable. */
  flags: z.array(z.string()),
  mtu: z.int(),
  /** `UP`, `DOWN`, `UNKNOWN` (loopback, tun) … */
  operstate: z.string().optional(),
  /** Other end of a veth or lower device, by name. */
  link: z.string().nullable().optional(),
  /** MAC address; absent for tunnels. */
  address: z.string().optional(),
  /** Master device: bridge, bond or VRF. */
  master: z.string().optional(),
  qdisc: z.string().optional(),
  link_type: z.string().optional(),
  num_tx_queues: z.int().optional(),
  num_rx_queues: z.int().optional(),
};

const direction = z.looseObject({
  bytes: z.number(),
  packets: z.number(),
  errors: z.number(),
  dropped: z.number(),
});

const link = z.looseObject({
  ...linkFields,
  /** With `-s` only. */
  stats64: z.looseObject({ rx: direction, tx: direction }).optional(),
});

const address = z.looseObject({
  ...linkFields,
  addr_info: z.array(
    z.looseObject({
      family: z.string(),
      local: z.string().optional(),
      prefixlen: z.int(),
      scope: z.string().optional(),
    }),
  ),
});

/** One interface of `ip -j link show`, under iproute2's own field names. */
export type IpLink = z.infer<typeof link>;
/** One interface of `ip -j addr show`, under iproute2's own field names. */
export type IpAddress = z.infer<typeof address>;

/** `ip -j link show`, also with `-s` and `-d` (ip-link(8), iproute2 5 and later). */
export const ipLinkParser = defineParser<IpLink[]>({
  name: "ip-link",
  version: 1,
  schema: z.array(link),
  reader: () => jsonReader("ip-link", withoutEmpty),
});

/** `ip -j addr show` (ip-address(8), iproute2 5 and later). */
export const ipAddressParser = defineParser<IpAddress[]>({
  name: "ip-address",
  version: 1,
  schema: z.array(address),
  reader: () => jsonReader("ip-address", withoutEmpty),
});
