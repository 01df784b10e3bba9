import { z } from "zod";
import type { Step } from "../../plan/step.js";
import { impossible } from "../decisions.js";
import { machineFilesStep } from "../kernel-files/machine-files-step.js";
import { checkStepOptions, lifetime } from "../options.js";

const schema = z.strictObject({
  pages: z.int().min(0),
  sizeKib: z.int().min(4).default(2048),
  node: z.int().min(0).max(1023).default(0),
  lifetime,
});

/** Huge pages set aside on one NUMA node. */
export interface HugePagesStepOptions {
  /** How many the node is to have, in use or free. */
  readonly pages: number;
  /** @default 2048 */
  readonly sizeKib?: number;
  /** NUMA node. @default 0 */
  readonly node?: number;
  /** @default "scoped" */
  readonly lifetime?: "kept" | "scoped";
}

/**
 * Sets huge pages of a node aside. Where memory is too fragmented for all of them the step fails and what
 * it got is given back. Throws OPTIONS_INVALID.
 */
export function hugePagesStep(options: HugePagesStepOptions): Step {
  const { pages, sizeKib, node, lifetime: life } = checkStepOptions(schema, options, "huge pages");
  const what = `huge pages of ${sizeKib} KiB on NUMA node ${node}`;
  return machineFilesStep({
    id: `memory:huge-pages:${node}:${sizeKib}`,
    title: `have ${pages} ${what}`,
    lifetime: life,
    directory: `/sys/devices/system/node/node${node}/hugepages/hugepages-${sizeKib}kB`,
    patterns: ["nr_hugepages"],
    what,
    missing: impossible(
      `the machine has no ${what}`,
      "see /sys/devices/system/node for nodes and sizes it has",
    ),
    wantedOf: () => String(pages),
  });
}
