import { hoststackError } from "../../errors/error.js";
import type { WiredLink, Wiring } from "../../experiment/assign-hosts.js";
import { askFacts } from "../../facts/fact.js";
import type { TunedHost } from "../../tuning/host-steps.js";
import type { ProfileStep, TuningProfile } from "../../tuning/profile.js";
import { partsInRoles } from "./parts-in-roles.js";
import type { AnyProfile } from "./system-profile.js";

/** Hosts of a testbed to be tuned. */
export interface HostsToTune {
  readonly chosen: readonly TunedHost[];
  /** Names of all hosts of the testbed. */
  readonly names: readonly string[];
  readonly wiring: Wiring<WiredLink>;
}

/** A profile of a system with the name it goes by. */
export interface NamedProfile {
  readonly name: string;
  readonly profile: AnyProfile;
}

interface HostSteps {
  readonly host: string;
  readonly steps: readonly ProfileStep[];
}

/** A step as a file says it: the NIC by its link. */
function byLink(step: ProfileStep, { nics }: TunedHost): ProfileStep {
  const [link] = Object.entries(nics).find(([, nic]) => nic === step.options["nic"]) ?? [];
  return link === undefined ? step : { ...step, options: { ...step.options, nic: `link:${link}` } };
}

/** One list for all hosts, in the order of each: what several are to have is said once. */
function mergedSteps(told: readonly HostSteps[], names: readonly string[]): ProfileStep[] {
  const most = Math.max(0, ...told.map(({ steps }) => steps.length));
  return Array.from({ length: most }, (_, index) => {
    const same = new Map<string, { readonly step: ProfileStep; readonly hosts: string[] }>();
    for (const { host, steps } of told) {
      const step = steps[index];
      if (step === undefined) continue;
      const key = JSON.stringify(step);
      const known = same.get(key) ?? { step, hosts: [] };
      known.hosts.push(host);
      same.set(key, known);
    }
    return [...same.values()].map(({ step, hosts }) =>
      hosts.length === names.length ? step : { ...step, hosts },
    );
  }).flat();
}

/**
 * A profile of a system for the hosts of a testbed, as a file of their own would say it. The clients and servers among
 * those chosen are asked its facts; hosts in no role are left out. Throws OPTIONS_INVALID where none has a role, and as
 * `askFacts` does.
 */
export async function profileForHosts(
  { name, profile }: NamedProfile,
  { chosen, names, wiring }: HostsToTune,
  signal: AbortSignal,
): Promise<TuningProfile> {
  const { parts, counts } = partsInRoles(wiring);
  const told = chosen.flatMap((tuned) =>
    parts
      .filter(({ host }) => host === tuned.host.name)
      .map(async (part): Promise<HostSteps> => {
        const facts = await askFacts(tuned.host, profile.facts ?? {}, signal);
        const steps = profile.steps({ ...part, facts }, counts);
        return { host: part.host, steps: steps.map((step) => byLink(step, tuned)) };
      }),
  );
  if (told.length === 0) {
    const hosts = chosen.map(({ host }) => host.name).join(", ");
    throw hoststackError(
      "OPTIONS_INVALID",
      `the profile ${name} is for clients and servers, and ${hosts} is neither`,
      {
        remedy: "name it in the roles of the testbed file, or choose another host",
        details: { field: "roles" },
      },
    );
  }
  return { name, cores: {}, steps: mergedSteps(await Promise.all(told), names) };
}
