import { z } from "zod";
import { channelsStep } from "../steps/nic/channels.js";
import { coalescingStep } from "../steps/nic/coalescing.js";
import { flowHashStep } from "../steps/nic/flow-hash.js";
import { flowSteeringStep } from "../steps/nic/flow-steering.js";
import { offloadsStep } from "../steps/nic/offloads.js";
import { pauseStep } from "../steps/nic/pause.js";
import { privateFlagsStep } from "../steps/nic/private-flags.js";
import { ringsStep } from "../steps/nic/rings.js";
import { rssStep } from "../steps/nic/rss.js";
import { amount, nic, onOff } from "./fields.js";
import { tuningKind } from "./kind.js";

const switches = (description: string, example: string) =>
  z
    .record(z.string(), z.boolean())
    .describe(description)
    .meta({ examples: [{ [example]: true }] });

const flowType = z.enum(["tcp4", "udp4", "tcp6", "udp6"]).describe("protocol of the packets");
const text = (description: string, example: string) =>
  z
    .string()
    .exactOptional()
    .describe(description)
    .meta({ examples: [example] });

const rule = z.strictObject({
  flowType,
  srcIp: text("source address; default any", "10.0.0.2"),
  dstIp: text("destination address; default any", "10.0.0.1"),
  srcPort: amount("source port; default any", 4000),
  dstPort: amount("destination port; default any", 4000),
  action: z
    .union([z.literal("drop"), z.strictObject({ queue: z.int() })])
    .describe("receive queue, or drop")
    .meta({ examples: [{ queue: 3 }] }),
});

/** Kinds of steps that a NIC's own settings are for, by `ethtool`. */
export const nicKinds = {
  offloads: tuningKind(
    "offloads of a NIC; what is not named stays",
    {
      nic,
      rx: onOff("receive checksums"),
      tx: onOff("transmit checksums"),
      sg: onOff("scatter-gather"),
      tso: onOff("segmentation by the NIC"),
      gso: onOff("segmentation just before the driver"),
      gro: onOff("packets put together by the kernel"),
      lro: onOff("packets put together by the NIC"),
      rxvlan: onOff("VLAN tags taken off by the NIC"),
      txvlan: onOff("VLAN tags put on by the NIC"),
      ntuple: onOff("n-tuple filters; some drivers forget all rules when they go off"),
      rxhash: onOff("hashes told by the NIC"),
      features: switches("others by the names of `ethtool -k`", "rx-gro-hw").exactOptional(),
    },
    (options, { link }) => offloadsStep({ ...options, ...link }),
  ),
  rings: tuningKind(
    "sizes of descriptor rings",
    {
      nic,
      rx: amount("receive descriptors", 1024),
      rxMini: amount("receive descriptors for small packets", 512),
      rxJumbo: amount("receive descriptors for large packets", 512),
      tx: amount("transmit descriptors", 1024),
      tcpDataSplit: onOff("headers and payload of TCP in buffers of their own"),
    },
    (options, { link }) => ringsStep({ ...options, ...link }),
  ),
  channels: tuningKind(
    "numbers of queues",
    {
      nic,
      rx: amount("queues that receive only", 4),
      tx: amount("queues that send only", 4),
      other: amount("other queues", 1),
      combined: amount("queues that do both, as most drivers have them", 8),
    },
    (options, { link }) => channelsStep({ ...options, ...link }),
  ),
  coalescing: tuningKind(
    "when a NIC interrupts",
    {
      nic,
      adaptiveRx: onOff("the driver chooses by load, for what comes"),
      adaptiveTx: onOff("the driver chooses by load, for what goes"),
      rxUsecs: amount("longest wait after a packet has come, in microseconds", 6),
      rxFrames: amount("most packets that wait", 32),
      txUsecs: amount("longest wait after a packet has gone, in microseconds", 6),
      txFrames: amount("most packets that wait", 32),
    },
    (options, { link }) => coalescingStep({ ...options, ...link }),
  ),
  pause: tuningKind(
    "pause frames",
    {
      nic,
      autonegotiate: onOff("the two ends agree on them"),
      rx: onOff("heeds them"),
      tx: onOff("sends them"),
    },
    (options, { link }) => pauseStep({ ...options, ...link }),
  ),
  "private-flags": tuningKind(
    "switches of a driver's own",
    { nic, flags: switches("by the names of `ethtool --show-priv-flags`", "rx_cqe_compress") },
    (options, { link }) => privateFlagsStep({ ...options, ...link }),
  ),
  rss: tuningKind(
    "which queues flows are spread over, and by which hash",
    {
      nic,
      equal: amount("the first so many queues, evenly", 8),
      weights: z
        .array(z.int())
        .exactOptional()
        .describe("shares of the queues, from the first on")
        .meta({ examples: [[1, 1, 2]] }),
      start: amount("the queue that is the first; default 0", 8),
      hashKey: text("bytes of the key, hexadecimal with colons", "6d:5a:..."),
      hashFunction: z
        .enum(["toeplitz", "xor", "crc32"])
        .exactOptional()
        .describe("function of the hash"),
    },
    (options, { link }) => rssStep({ ...options, ...link }),
  ),
  "flow-hash": tuningKind(
    "fields of packets that go into the hash",
    {
      nic,
      fields: z
        .partialRecord(flowType, z.string())
        .describe("by protocol, as ethtool writes them: s and d addresses, f and n ports")
        .meta({ examples: [{ udp4: "sdfn" }] }),
    },
    (options, { link }) => flowHashStep({ ...options, ...link }),
  ),
  "flow-steering": tuningKind(
    "rules that steer flows to queues",
    {
      nic,
      rules: z
        .array(rule)
        .describe("one for each kind of packets")
        .meta({ examples: [[{ flowType: "tcp4", dstPort: 4000, action: { queue: 3 } }]] }),
      firstLocation: amount("location of the first rule; the others follow; default 0", 0),
    },
    (options, { link }) => flowSteeringStep({ ...options, ...link }),
  ),
};
