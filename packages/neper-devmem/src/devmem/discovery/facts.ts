import { z } from "zod";

const nicSchema = z.strictObject({
  /** Kernel driver; undefined where the NIC is no device. */
  driver: z.string().optional(),
  /** Place of its device in sysfs, resolved. */
  path: z.string().optional(),
  /** NUMA node; undefined where the machine tells none. */
  node: z.int().min(0).optional(),
  mtuBytes: z.int().optional(),
  /** Receive queues in use. */
  rxQueues: z.int().default(0),
  /** Descriptors of a receive ring. */
  ringDescriptors: z.int().optional(),
  /** As ethtool prints it: `on`, `off`, `n/a`; undefined where the driver tells no rings. */
  tcpDataSplit: z.string().optional(),
  /** Steering rules, as ethtool prints them: `on`, `off [fixed]`. */
  ntuple: z.string().optional(),
  privateFlags: z.record(z.string(), z.boolean()),
});

/** What the kernel answered to a request to bind a NIC: an errno, 0 where it was taken, and its words. */
const bindSchema = z.strictObject({ errno: z.int().min(0), words: z.string() });

const kernelAnswers = z.strictObject({
  /** Commands of the generic netlink family `netdev`. */
  operations: z.array(z.int()),
  /** What the socket option of each number answered, as errno. */
  sockopts: z.record(z.string(), z.int()),
  bindRx: z.record(z.string(), bindSchema),
  bindTx: z.record(z.string(), bindSchema),
});

/** What a host told of device memory; see `devmemQuestion`. */
export const devmemFactsSchema = z.strictObject({
  kernel: z.string().regex(/^\d+\.\d+/, "must be a kernel's release"),
  ethtool: z.string().optional(),
  /** Of the kernel's configuration, where it can be read: `y`, `m` or `n`. */
  config: z.record(z.string(), z.string()),
  udmabuf: z.strictObject({ device: z.boolean(), limitMib: z.int().optional() }),
  /** In bytes; undefined: no limit. */
  limits: z.strictObject({ stack: z.int().optional(), locked: z.int().optional() }),
  /** CPUs of NUMA nodes, as lists. */
  nodes: z.record(z.string(), z.string()),
  gpus: z.array(
    z.strictObject({
      pciAddress: z.string(),
      vendor: z.string(),
      path: z.string(),
      /** As the driver counts them; undefined without nvidia-smi. */
      index: z.int().min(0).optional(),
    }),
  ),
  nics: z.record(z.string(), nicSchema),
  /** What the kernel itself answered, or why it was not asked. */
  kernelAnswers: z.union([kernelAnswers, z.strictObject({ notAsked: z.string() })]),
});

/** What a host told of device memory. */
export type DevmemFacts = z.output<typeof devmemFactsSchema>;
/** What it told of one NIC. */
export type NicFacts = z.output<typeof nicSchema>;
/** What its kernel answered. */
export type KernelAnswers = z.output<typeof kernelAnswers>;
