import { z } from "zod";
import type { Answer, Decision, Step } from "../../plan/step.js";
import { type Impossible, impossible, noAnswer, satisfied } from "../decisions.js";
import { linkStep } from "../link/link-step.js";
import { type LinkStepOptions, linkFields } from "../link/options.js";
import { checkStepOptions } from "../options.js";
import { script } from "../script.js";
import { handleOf, parseRoot, type RootQdisc, remake, type WantedQdisc } from "./qdisc-names.js";

const word = z.string().regex(/^[a-z0-9_][A-Za-z0-9_.%/-]*$/, "must be a word of tc");
const schema = z
  .strictObject({
    ...linkFields,
    kind: word,
    options: z.array(word).readonly().default([]),
    leaf: word.optional(),
  })
  .refine((one) => one.leaf === undefined || one.kind === "mq", {
    path: ["leaf"],
    message: "is for the kind mq",
  });

/** How a NIC queues what it sends. */
export interface QdiscStepOptions extends LinkStepOptions {
  /** `fq`, `fq_codel`, `mq`, `pfifo_fast` ... */
  readonly kind: string;
  /** As tc(8) takes them: `["limit", "500"]`. @default none */
  readonly options?: readonly string[];
  /** Kind on each queue of `mq`. @default what the kernel gives it */
  readonly leaf?: string;
}

/** Prints `KIND HANDLE: LEAVES` of the root; a NIC that is down has none yet. */
const checkScript = `
case $(tc -V 2>/dev/null) in
  *iproute2*) ;;
  *) echo "there is no tc of iproute2" >&2; exit 127;;
esac
ip -o link show dev "$1" >/dev/null 2>&1 || { echo "no such NIC"; exit 0; }
text=$(tc qdisc show dev "$1") || exit 1
root=$(printf '%s\\n' "$text" | sed -n 's/^qdisc \\([^ ]*\\) \\([0-9a-f]*:\\) root.*/\\1 \\2/p')
leaves=
case $root in mq\\ *)
  leaves=$(printf '%s\\n' "$text" | sed -n 's/^qdisc \\([^ ]*\\) [0-9a-f]*: parent .*/\\1/p' | sort -u | tr '\\n' ,)
  leaves=" \${leaves%,}";;
esac
printf '%s%s\\n' "\${root:-none 0:}" "$leaves"
`;

const showScript = `tc qdisc show dev "$1"`;

const setScript = `
nic=$1 handle=$2 leaf=$3; shift 3
tc qdisc replace dev "$nic" root handle "$handle:" "$@" || exit 1
[ -n "$leaf" ] || exit 0
count=$(tc qdisc show dev "$nic" | grep -c " parent $handle:")
queue=0
while [ "$queue" -lt "$count" ]; do
  queue=$((queue + 1))
  tc qdisc replace dev "$nic" parent "$handle:$(printf %x "$queue")" "$leaf" || exit 1
done
`;

/** Where the kernel's own is there already, there is nothing to delete. */
const defaultScript = `
case $(tc qdisc show dev "$1") in
  *" root"*) tc qdisc delete dev "$1" root 2>/dev/null || :;;
esac
`;

/**
 * Has a NIC send by a queueing discipline. One that somebody configured and that cannot be made again
 * from what tc tells is left alone. Throws OPTIONS_INVALID.
 */
export function qdiscStep(options: QdiscStepOptions): Step {
  const given = checkStepOptions(schema, options, "qdisc");
  const { nic, lifetime, after, kind } = given;
  const text = [kind, ...given.options, ...(given.leaf ? ["of", given.leaf] : [])].join(" ");
  return linkStep({
    nic,
    name: "qdisc",
    title: `have ${nic} send by ${text}`,
    lifetime,
    after,
    check: script(checkScript, nic),
    probes: [script(showScript, nic)],
    decide: (seen, [shown]) => decide({ nic, wanted: given, seen, shown }),
  });
}

interface Question {
  readonly nic: string;
  readonly wanted: WantedQdisc;
  readonly seen: string;
  readonly shown: Answer | undefined;
}

function decide({ nic, wanted, seen, shown }: Question): Decision {
  const root = parseRoot(seen);
  if (root === undefined || shown?.exitCode !== 0) return noAnswer(`the qdisc of ${nic}`, shown);
  const handle = handleOf(wanted);
  if (isThere(root, wanted, handle)) return satisfied;
  const undo = undoOf({ nic, root, shown: shown.stdout });
  if ("reason" in undo) return undo;
  const { kind, options, leaf = "" } = wanted;
  return {
    state: "needed",
    wanted: `${kind} ${handle}:${kind === "mq" ? ` ${leaf || root.leaves}` : ""}\n`,
    actions: [script(setScript, nic, handle, leaf, kind, ...options)],
    undo: [undo],
    diff: `${nic}: qdisc ${root.kind} -> ${[kind, ...options, leaf].join(" ").trimEnd()}`,
    irreversible: ["packets that wait in the old qdisc, and its counters"],
  };
}

function isThere(root: RootQdisc, wanted: WantedQdisc, handle: string): boolean {
  if (root.handle === handle) return true;
  const plain = wanted.options.length === 0 && root.kind === wanted.kind;
  return plain && (wanted.leaf === undefined || wanted.leaf === root.leaves);
}

function undoOf({ nic, root, shown }: { nic: string; root: RootQdisc; shown: string }) {
  if (root.handle === "0") return script(defaultScript, nic);
  const again = remake(root, shown);
  if (again !== undefined) {
    return { argv: ["tc", "qdisc", "replace", "dev", nic, "root", ...again] } as const;
  }
  const refused: Impossible = impossible(
    `${nic} has a qdisc ${root.kind} ${root.handle}: that could not be set back as somebody configured it`,
    `write down what \`tc qdisc show dev ${nic}\` prints, then \`tc qdisc delete dev ${nic} root\``,
  );
  return refused;
}
