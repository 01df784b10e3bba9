import { z } from "zod";
import type { Answer, Decision, Step } from "../../plan/step.js";
import { irqbalanceScript } from "../cpu/irqbalance.js";
import { impossible, notBefore, satisfied } from "../decisions.js";
import { linkStep } from "../link/link-step.js";
import { type LinkStepOptions, linkFields } from "../link/options.js";
import { checkStepOptions } from "../options.js";
import { script } from "../script.js";
import { isQueueInterrupt, queueOf } from "./interrupt-names.js";
import { otherQueues, queueCount } from "./queue-count.js";

const schema = z.strictObject({
  ...linkFields,
  queues: queueCount,
  cpus: z.array(z.int().min(0).max(8191)).min(1).readonly(),
});

/** Which CPU each queue of a NIC interrupts. */
export interface IrqAffinityStepOptions extends LinkStepOptions {
  /** Queue n interrupts the n-th of these, from the first again after the last. */
  readonly cpus: readonly number[];
  /** How many queues the NIC is to have, by the step `after`, before this is decided. @default as many as it has */
  readonly queues?: number;
}

/**
 * Prints `IRQ CPUs name` of the NIC's interrupts. Those of a virtio card are its PCI device's, one
 * directory up; old drivers without MSI have a line of their own name.
 */
const checkScript = `
command -v ip >/dev/null || { echo "there is no ip (iproute2)" >&2; exit 127; }
ip -o link show dev "$1" >/dev/null 2>&1 || { echo "no such NIC"; exit 0; }
device=/sys/class/net/$1/device
irqs=$(ls "$device/msi_irqs" 2>/dev/null) || irqs=$(ls "$device/../msi_irqs" 2>/dev/null) ||
  irqs=$(cat "$device/irq" 2>/dev/null)
for irq in $irqs; do
  cpus=$(cat "/proc/irq/$irq/smp_affinity_list" 2>/dev/null) || continue
  name=$(sed -n "s/^ *$irq:.*[[:space:]]\\([^[:space:]]*\\)\\$/\\1/p" /proc/interrupts)
  [ -z "$name" ] || printf '%s %s %s\\n' "$irq" "$cpus" "$name"
done
`;

const writableScript = `[ -w /proc/irq/default_smp_affinity ] && echo writable || echo no`;

const setScript = `
while [ $# -gt 1 ]; do
  printf '%s\\n' "$2" 2>/dev/null >"/proc/irq/$1/smp_affinity_list" || {
    echo "the kernel refuses CPUs $2 for interrupt $1 (it may manage its affinity itself)" >&2; exit 1
  }
  shift 2
done
`;

/**
 * Has each queue of a NIC interrupt one CPU. Where irqbalance runs, which would move them again, it has to
 * be stopped before: by `irqbalanceStoppedStep`, named as `after: "service:irqbalance"`. Throws OPTIONS_INVALID.
 */
export function irqAffinityStep(options: IrqAffinityStepOptions): Step {
  const given = checkStepOptions(schema, options, "IRQ affinity");
  const { nic, lifetime, after, cpus } = given;
  return {
    ...linkStep({
      nic,
      name: "irq-affinity",
      title: `have the queues of ${nic} interrupt the CPUs ${cpus.join(" ")}`,
      lifetime,
      after,
      check: script(checkScript, nic),
      probes: [script(writableScript), script(irqbalanceScript)],
      decide: (seen, [writable, irqbalance]) =>
        irqbalance?.stdout === "running\n"
          ? notBefore(after, movedAgain)
          : decide({ ...given, seen, writable }),
    }),
    // Interrupts are the machine's, whatever namespace the NIC is in.
    scope: "machine",
  };
}

const movedAgain = impossible(
  "irqbalance runs and would move the interrupts again",
  'stop it in the same plan: irqbalanceStoppedStep() before, and after: "service:irqbalance" here',
);

interface Interrupt {
  readonly irq: string;
  readonly cpus: string;
  readonly name: string;
}

function decide(question: {
  nic: string;
  cpus: readonly number[];
  queues?: number | undefined;
  after?: string | undefined;
  seen: string;
  writable: Answer | undefined;
}): Decision {
  const { nic, cpus, seen, writable, after } = question;
  const all = seen.split("\n").flatMap((line): Interrupt[] => {
    const [irq, now, name] = line.split(" ");
    return irq && now && name ? [{ irq, cpus: now, name }] : [];
  });
  const queues = all.filter(({ name }) => isQueueInterrupt(name, nic));
  if (queues.length === 0) {
    const reason = `no interrupts of queues of ${nic} are to be found`;
    return impossible(reason, "leave it out: virtual NICs have none");
  }
  const found = new Set(queues.map(({ name }, index) => queueOf(name) ?? index)).size;
  const other = otherQueues(nic, { wanted: question.queues, found, after });
  if (other !== undefined) return other;
  const target = new Map(
    queues.map(({ irq, name }, index) => {
      const queue = queueOf(name) ?? index;
      return [irq, String(cpus[queue % cpus.length])];
    }),
  );
  const changed = queues.filter((one) => target.get(one.irq) !== one.cpus);
  if (changed.length === 0) return satisfied;
  if (writable?.stdout !== "writable\n") {
    const remedy = "run as root on the machine itself";
    return impossible("interrupts cannot be moved from here", remedy);
  }
  return {
    state: "needed",
    wanted: all
      .map((one) => `${one.irq} ${target.get(one.irq) ?? one.cpus} ${one.name}\n`)
      .join(""),
    actions: [script(setScript, ...changed.flatMap(({ irq }) => [irq, target.get(irq) ?? ""]))],
    undo: [script(setScript, ...changed.flatMap(({ irq, cpus: old }) => [irq, old]))],
    diff: changed
      .map(({ irq, cpus: old, name }) => `IRQ ${irq} (${name}): CPUs ${old} -> ${target.get(irq)}`)
      .join("\n"),
  };
}
