import { hoststackError } from "../errors/error.js";
import type { Testbed } from "../testbed/testbed.js";
import { assignRoles, type FactCache } from "./roles.js";
import type { Variant } from "./variant.js";

/** One thing an experiment needs of a host beside programs and capabilities, and what was found. */
export interface HostRequirement {
  /** In a word or two: `header split of eth1`. */
  readonly what: string;
  /** `warning`: figures may suffer, but a run is possible. */
  readonly state: "met" | "unmet" | "warning";
  readonly found: string;
  readonly wanted: string;
  /** How to get it; there where it is not met. */
  readonly remedy?: string;
}

/** A requirement with the host it was judged for and who has it. */
export interface JudgedRequirement extends HostRequirement {
  readonly host: string;
  readonly experiment: string;
}

/** What variants need of the hosts in their roles, each host asked once. Throws as `askFacts` does. */
export async function judgeRequirements(
  variants: readonly Variant[],
  testbed: Testbed,
  facts: FactCache,
): Promise<readonly JudgedRequirement[]> {
  const judged = new Map<string, JudgedRequirement>();
  for (const variant of variants) {
    const { experiment, options } = variant;
    if (experiment.requirements === undefined) continue;
    const roles = await assignRoles(testbed, facts, variant);
    for (const role of ["server", "client"] as const) {
      const host = roles[role];
      const nics = roles.links.map((ends) => ends[role].nic);
      for (const one of experiment.requirements({ options, host, role, nics })) {
        const about = { host: host.host, experiment: experiment.name, ...one };
        // variants with other sizes ask for the same things
        judged.set(JSON.stringify(about), about);
      }
    }
  }
  return [...judged.values()];
}

/** Throws CAPABILITY_MISSING with every requirement that is not met, on all hosts. */
export async function checkRequirements(
  variants: readonly Variant[],
  testbed: Testbed,
  facts: FactCache,
): Promise<void> {
  const judged = await judgeRequirements(variants, testbed, facts);
  const unmet = judged.filter(({ state }) => state === "unmet");
  if (unmet.length === 0) return;
  const lines = unmet.map(
    ({ experiment, host, what, found, wanted }) =>
      `${experiment} cannot run on ${host}: ${what}: ${found}; it needs ${wanted}`,
  );
  const remedies = unmet.flatMap(({ remedy }) => (remedy === undefined ? [] : [remedy]));
  throw hoststackError("CAPABILITY_MISSING", lines.join("\n"), {
    remedy: [...new Set(remedies)].join("; "),
    details: { unmet },
  });
}
