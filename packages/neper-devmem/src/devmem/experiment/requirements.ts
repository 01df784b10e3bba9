import { defineRequirements, type HostPart, type HostRequirement } from "@hoststack/core";
import type { DevmemFacts } from "../discovery/facts.js";
import { devmemFact } from "../discovery/parser.js";
import { type EngineName, engineRequirements } from "../engines/engine.js";
import { type DevmemChoice, flowSetChoice } from "./options.js";

/** What an engine needs, for each NIC of a host. Pure. */
export function judgeNics(
  engine: EngineName,
  { nics, role }: HostPart,
  { facts, chosen }: { readonly facts: DevmemFacts; readonly chosen: DevmemChoice },
): readonly HostRequirement[] {
  const options = flowSetChoice(chosen);
  return nics.flatMap((nic) =>
    engineRequirements(engine, { facts, nic, role, options }).map((one) => ({
      ...one,
      what: `${one.what} of ${nic}`,
    })),
  );
}

/**
 * Requirements of an experiment with an engine: doctor tells them, and a run is refused by them. Ends that `uses` leaves
 * out have their payload in plain memory.
 */
export const engineRequirementsOf = <O extends DevmemChoice>(
  engine: EngineName,
  uses: (role: HostPart["role"], chosen: O) => boolean = () => true,
) =>
  defineRequirements({
    facts: { devmem: devmemFact },
    judge: (part, { devmem }, chosen: O) =>
      judgeNics(uses(part.role, chosen) ? engine : "baseline", part, { facts: devmem, chosen }),
  });
