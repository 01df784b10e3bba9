import { hoststackError } from "../errors/error.js";
import type { Facts } from "../facts/fact.js";
import type { Testbed } from "../testbed/testbed.js";
import type { InformedPart } from "./host-part.js";
import { placementOf } from "./placement.js";
import type { HostRequirement, Requirements } from "./requirement.js";
import { type FactCache, hostNamed, hostParts } from "./roles.js";
import type { Variant } from "./variant.js";

/** A requirement with the host it was judged for and who has it. */
export interface JudgedRequirement extends HostRequirement {
  readonly host: string;
  readonly experiment: string;
}

/** A host with the answers to what requirements ask. */
type Answered = InformedPart<Facts>;

/** What both ends of each link have to agree on; of several links that of the agreeing ones is told once. */
function judgeLinks(variant: Variant, testbed: Testbed, parts: readonly Answered[]) {
  const { options } = variant;
  const requirements: Requirements<unknown> | undefined = variant.experiment.requirements;
  const pairs = new Map(
    placementOf(testbed, variant).links.map((ends) => [
      [ends.client.host, ends.server.host].sort().join(" "),
      ends,
    ]),
  );
  const partOf = (host: string) => parts.find((part) => part.host === host);
  return [...pairs.values()].flatMap(({ client, server, link }) => {
    const [one, other] = [partOf(client.host), partOf(server.host)];
    if (one === undefined || other === undefined) return [];
    const agreed = requirements?.agree?.(one, other, options) ?? [];
    const name = (state: HostRequirement["state"]) =>
      pairs.size === 1 ? "link" : state === "met" ? "links" : link.name;
    return agreed.map((judged) => ({ host: name(judged.state), judged }));
  });
}

/** What one variant needs of each host, and of both ends of its links together. */
async function judgeVariant(
  variant: Variant,
  testbed: Testbed,
  facts: FactCache,
): Promise<readonly JudgedRequirement[]> {
  const { experiment, options } = variant;
  const { requirements, name } = experiment;
  if (requirements === undefined) return [];
  const told = (host: string) => (one: HostRequirement) => ({ host, experiment: name, ...one });
  const asked = hostParts(testbed, variant).map(async (part) => {
    const answers = await facts.answers(hostNamed(testbed, part.host), requirements.facts);
    return { ...part, facts: answers };
  });
  const parts = await Promise.all(asked);
  return [
    ...parts.flatMap((part) => requirements.judge(part, part.facts, options).map(told(part.host))),
    ...judgeLinks(variant, testbed, parts).map(({ host, judged }) => told(host)(judged)),
  ];
}

/**
 * What variants need of the hosts in their roles, each host asked once; what both ends of a link have to agree on is
 * told of the host `link`; of several, of `links` or the one that does not. Throws as `askFacts` does.
 */
export async function judgeRequirements(
  variants: readonly Variant[],
  testbed: Testbed,
  facts: FactCache,
): Promise<readonly JudgedRequirement[]> {
  const judged = new Map<string, JudgedRequirement>();
  for (const variant of variants) {
    for (const one of await judgeVariant(variant, testbed, facts)) {
      // variants with other sizes ask for the same things
      judged.set(JSON.stringify(one), one);
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
