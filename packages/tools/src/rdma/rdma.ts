import { z } from "zod";
import { jsonReader } from "../kernel/json-reader.js";
import { defineParser } from "../kernel/parser.js";

const link = z.looseObject({
  /** RDMA device. */
  ifname: z.string(),
  port: z.int(),
  /** `ACTIVE`, `DOWN`, `INIT` … */
  state: z.string(),
  physical_state: z.string().optional(),
  /** Network interface below it; absent for InfiniBand ports without IPoIB. */
  netdev: z.string().optional(),
  netdev_index: z.int().optional(),
});

const device = z.looseObject({
  ifindex: z.int(),
  ifname: z.string(),
  node_type: z.string(),
  node_guid: z.string().optional(),
  sys_image_guid: z.string().optional(),
  fw: z.string().optional(),
});

const count = z.number().int().min(0);

const resource = z.looseObject({
  ifname: z.string(),
  pd: count,
  cq: count,
  qp: count,
  cm_id: count,
  mr: count,
  ctx: count.optional(),
  srq: count.optional(),
});

const statistic = z
  .looseObject({ ifname: z.string(), port: z.int() })
  .transform(({ ifname, port, ...rest }) => ({
    ifname,
    port,
    counters: Object.fromEntries(
      Object.entries(rest).filter((e): e is [string, number] => typeof e[1] === "number"),
    ),
  }));

/** One port of `rdma -j link show`. */
export type RdmaLink = z.infer<typeof link>;
/** One device of `rdma -j dev show`. */
export type RdmaDevice = z.infer<typeof device>;
/** Number of kernel objects of a device, `rdma -j resource show`. */
export type RdmaResource = z.infer<typeof resource>;
/** Counters of one port, `rdma -j statistic show`; which there are depends on the driver. */
export type RdmaStatistic = z.infer<typeof statistic>;

/** `rdma -j link show` (rdma-link(8)). */
export const rdmaLinkParser = defineParser<RdmaLink[]>({
  name: "rdma-link",
  version: 1,
  schema: z.array(link),
  reader: () => jsonReader("rdma-link"),
});

/** `rdma -j dev show` (rdma-dev(8)). */
export const rdmaDeviceParser = defineParser<RdmaDevice[]>({
  name: "rdma-dev",
  version: 1,
  schema: z.array(device),
  reader: () => jsonReader("rdma-dev"),
});

/** `rdma -j resource show` (rdma-resource(8)). */
export const rdmaResourceParser = defineParser<RdmaResource[]>({
  name: "rdma-resource",
  version: 1,
  schema: z.array(resource),
  reader: () => jsonReader("rdma-resource"),
});

/** `rdma -j statistic show` (rdma-statistic(8)). */
export const rdmaStatisticParser = defineParser<RdmaStatistic[]>({
  name: "rdma-statistic",
  version: 1,
  schema: z.array(statistic),
  reader: () => jsonReader("rdma-statistic"),
});
