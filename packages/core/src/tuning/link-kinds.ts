import { z } from "zod";
import { linkAddressStep } from "../steps/link/address.js";
import { gsoMaxSizeStep } from "../steps/link/gso-max-size.js";
import { linkMtuStep } from "../steps/link/mtu.js";
import { linkUpStep } from "../steps/link/up.js";
import { irqAffinityStep } from "../steps/nic/irq-affinity.js";
import { qdiscStep } from "../steps/nic/qdisc.js";
import { queueSteeringStep } from "../steps/nic/queue-steering.js";
import { receiveFlowSteeringSteps } from "../steps/nic/receive-flow-steering.js";
import { ptpStep } from "../steps/time/ptp.js";
import { amount, cpus, nic, onOff } from "./fields.js";
import { tuningKind } from "./kind.js";

const queueCpus = (description: string) =>
  z
    .union([z.strictObject({ all: cpus }), z.strictObject({ each: cpus })])
    .exactOptional()
    .describe(description)
    .meta({ examples: [{ all: "cores:application" }] });

const word = (description: string, example: string) =>
  z
    .string()
    .describe(description)
    .meta({ examples: [example] });

/** Kinds of steps about what the kernel does with a NIC. */
export const linkKinds = {
  mtu: tuningKind(
    "the size of packets",
    {
      nic,
      mtuBytes: z
        .int()
        .describe("in bytes, without the link's own header")
        .meta({ examples: [9000] }),
    },
    (options, { link }) => linkMtuStep({ ...options, ...link }),
  ),
  up: tuningKind(
    "a NIC switched on or off",
    {
      nic,
      up: z
        .boolean()
        .describe("whether it is on")
        .meta({ examples: [true] }),
    },
    (options, { link }) => linkUpStep({ ...options, ...link }),
  ),
  address: tuningKind(
    "an address a NIC has",
    { nic, address: word("with its prefix length", "10.0.0.1/24") },
    (options, { link }) => linkAddressStep({ ...options, ...link }),
  ),
  "gso-max-size": tuningKind(
    "the largest packet that the kernel hands a NIC to be cut",
    {
      nic,
      bytes: z
        .int()
        .describe("in bytes")
        .meta({ examples: [65_536] }),
    },
    (options, { link }) => gsoMaxSizeStep({ ...options, ...link }),
  ),
  qdisc: tuningKind(
    "how a NIC queues what it sends",
    {
      nic,
      kind: word("kind of the root qdisc", "fq"),
      options: z
        .array(z.string())
        .exactOptional()
        .describe("as tc takes them; default none")
        .meta({ examples: [["limit", "500"]] }),
      leaf: word("kind on each queue of mq; default the kernel's", "fq").exactOptional(),
    },
    (options, { link }) => qdiscStep({ ...options, ...link }),
  ),
  "queue-steering": tuningKind(
    "CPUs that serve a NIC's queues (RPS, XPS)",
    {
      nic,
      rps: queueCpus("CPUs that process what a receive queue brings; all: [] is off"),
      xps: queueCpus("CPUs that send by a transmit queue; all: [] is off"),
      flowCount: amount("flows each receive queue remembers; 0 is off", 4096),
    },
    (options, { link, queues }) => queueSteeringStep({ ...options, ...link, ...queues }),
  ),
  "receive-flow-steering": tuningKind(
    "packets of a flow to the CPU of their program (RFS, aRFS)",
    {
      nic,
      entries: z
        .int()
        .describe("flows the machine remembers, a power of two; 0 is off")
        .meta({ examples: [32_768] }),
      flowCount: z
        .int()
        .describe("flows each receive queue remembers, a power of two; 0 is off")
        .meta({ examples: [4096] }),
      accelerated: onOff("by the NIC itself (aRFS); default false"),
    },
    (options, { link }) => receiveFlowSteeringSteps({ ...options, ...link }),
  ),
  "irq-affinity": tuningKind(
    "the CPU each queue of a NIC interrupts",
    { nic, cpus },
    (options, { link, queues }) => irqAffinityStep({ ...options, ...link, ...queues }),
  ),
  ptp: tuningKind(
    "clocks kept together by ptp4l and phc2sys",
    {
      nic,
      timestamping: z
        .enum(["hardware", "software"])
        .exactOptional()
        .describe("which clock stamps packets; default hardware"),
      transport: z.enum(["L2", "UDPv4"]).exactOptional().describe("what carries it; default L2"),
      delayMechanism: z
        .enum(["E2E", "P2P"])
        .exactOptional()
        .describe("between the ends, or between neighbours; default E2E"),
      priority: amount("the clock of the lowest is the others'; default 128", 100),
    },
    (options, { link }) => ptpStep({ ...options, ...link }),
  ),
};
