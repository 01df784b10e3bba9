import { z } from "zod";
import type { Step } from "../../plan/step.js";
import { type Impossible, impossible } from "../decisions.js";
import { cpuMask } from "../kernel-files/cpu-mask.js";
import { kernelFiles } from "../kernel-files/kernel-files.js";
import { linkStep } from "../link/link-step.js";
import { type LinkStepOptions, linkFields } from "../link/options.js";
import { checkStepOptions } from "../options.js";
import { needsOne } from "./needs-one.js";
import { otherQueues, queueCount } from "./queue-count.js";

const cpu = z.int().min(0).max(8191);
const choice = z
  .union([
    z.strictObject({ all: z.array(cpu).readonly() }),
    z.strictObject({ each: z.array(cpu).min(1).readonly() }),
  ])
  .optional();
const flowCount = z
  .int()
  .min(0)
  .max(2 ** 30)
  .refine((count) => (count & (count - 1)) === 0, "must be 0 or a power of two");
const schema = z
  .strictObject({
    ...linkFields,
    rps: choice,
    xps: choice,
    flowCount: flowCount.optional(),
    queues: queueCount,
  })
  .check(needsOne(["rps", "xps", "flowCount"]));

/** Which CPUs serve a NIC's queues: `all` for every queue, or queue n by the n-th of `each`, from the first again after the last. */
export type QueueCpus = { readonly all: readonly number[] } | { readonly each: readonly number[] };

/** Steering of packets to CPUs by the kernel; what is not named stays. */
export interface QueueSteeringStepOptions extends LinkStepOptions {
  /** CPUs that process what a receive queue brings (RPS); `all: []` is off. */
  readonly rps?: QueueCpus;
  /** CPUs that send by a transmit queue (XPS); `all: []` is off. */
  readonly xps?: QueueCpus;
  /** Flows each receive queue remembers (RFS and aRFS); 0 is off. */
  readonly flowCount?: number;
  /** How many queues the NIC is to have, by the step `after`, before this is decided. @default as many as it has */
  readonly queues?: number;
}

/**
 * Sets RPS, XPS and flow tables of all queues of a NIC. For RFS the machine needs a table as well:
 * `receiveFlowSteeringSteps`. Throws OPTIONS_INVALID.
 */
export function queueSteeringStep(options: QueueSteeringStepOptions): Step {
  const given = checkStepOptions(schema, options, "queue steering");
  const { nic, lifetime, after, rps, xps } = given;
  const files = kernelFiles({
    nic,
    directory: `/sys/class/net/${nic}/queues`,
    patterns: [
      ...(rps === undefined ? [] : ["rx-*/rps_cpus"]),
      ...(xps === undefined ? [] : ["tx-*/xps_cpus"]),
      ...(given.flowCount === undefined ? [] : ["rx-*/rps_flow_cnt"]),
    ],
    what: `queue steering of ${nic}`,
    missing: impossible(
      `${nic} shows no queues for this: its kernel has no RPS or XPS, or sysfs is another namespace's`,
      "leave it out on this host",
    ),
    wantedOf: (path, value) => {
      if (path.endsWith("/rps_flow_cnt")) return String(given.flowCount);
      const chosen = path.endsWith("/rps_cpus") ? rps : xps;
      return chosen === undefined ? undefined : maskFor({ path, value, chosen });
    },
  });
  const values = [
    ...(rps === undefined ? [] : [`RPS ${JSON.stringify(rps)}`]),
    ...(xps === undefined ? [] : [`XPS ${JSON.stringify(xps)}`]),
    ...(given.flowCount === undefined ? [] : [`${given.flowCount} flows a queue`]),
  ];
  return linkStep({
    nic,
    name: "queue-steering",
    title: `steer packets of ${nic}: ${values.join(", ")}`,
    lifetime,
    after,
    check: files.check,
    probes: [files.probe],
    decide: (seen, [writable]) => {
      const queues = seen.split("\n").map((line) => line.split("/")[0] ?? "");
      const kind = queues[0]?.startsWith("rx") ? "rx-" : "tx-";
      const found = new Set(queues.filter((queue) => queue.startsWith(kind))).size;
      const other = otherQueues(nic, { wanted: given.queues, found, after });
      return other ?? files.decide(seen, writable);
    },
  });
}

function maskFor(queue: { path: string; value: string; chosen: QueueCpus }): string | Impossible {
  const { path, value, chosen } = queue;
  if (value === "!") {
    return impossible(
      `${path} cannot be read: the NIC has one queue only, which all CPUs use`,
      "leave XPS out on this host",
    );
  }
  const index = Number(/-(\d+)\//.exec(path)?.[1] ?? 0);
  const cpus =
    "all" in chosen ? chosen.all : chosen.each.slice(index % chosen.each.length).slice(0, 1);
  return (
    cpuMask(cpus, value) ??
    impossible(
      `the machine has no CPU ${Math.max(...cpus)}`,
      "name CPUs of /sys/devices/system/cpu/possible",
    )
  );
}
