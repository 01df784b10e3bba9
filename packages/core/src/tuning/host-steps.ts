import { didYouMean } from "../errors/did-you-mean.js";
import { hoststackError } from "../errors/error.js";
import type { Host } from "../host/host.js";
import type { Step } from "../plan/step.js";
import { type CpuTopology, placeCpus } from "../steps/cpu/place-cpus.js";
import { readCpuTopology } from "../steps/cpu/read-topology.js";
import type { Given } from "./kind.js";
import { tuningKinds } from "./kinds.js";
import type { ProfileStep, TuningProfile } from "./profile.js";
import { type Reference, referencesIn, withoutReferences } from "./references.js";

/** A host that a profile is for. */
export interface TunedHost {
  readonly host: Host;
  /** Name of the host's NIC on each link. */
  readonly nics: Readonly<Record<string, string>>;
}

/** What a step waits for: channels of its NIC, or for its interrupts irqbalance, which stand before it in the profile. */
function waitedFor({ step, options }: ProfileStep, before: readonly ProfileStep[]) {
  const { nic } = options;
  const channels = before.findLast((one) => one.step === "channels" && one.options["nic"] === nic);
  if (channels !== undefined) return { channels, after: `link:${String(nic)}:channels` };
  const stopped =
    step === "irq-affinity" && before.some((one) => one.step === "irqbalance-stopped");
  return stopped ? { after: "service:irqbalance" } : {};
}

function givenFor(
  step: ProfileStep,
  before: readonly ProfileStep[],
  lifetime: Step["lifetime"],
): Given {
  const { channels, after } = waitedFor(step, before);
  const count = channels?.options["combined"] ?? channels?.options["rx"];
  return {
    life: { lifetime },
    link: { lifetime, ...(after === undefined ? {} : { after }) },
    queues: typeof count === "number" ? { queues: count } : {},
  };
}

/**
 * Steps of a profile as a plan has them. NICs and CPUs are given by name and number: what only hosts can tell, `link:` and
 * `cores:`, is resolved by {@link tuningSteps}. Throws OPTIONS_INVALID, naming the field.
 */
export const stepsOfProfile = (
  steps: readonly ProfileStep[],
  { lifetime }: Pick<Step, "lifetime">,
): readonly Step[] =>
  steps.flatMap((step, index) => {
    const kind = tuningKinds[step.step];
    if (kind === undefined) throw new TypeError(`no kind of step is called "${step.step}"`);
    return kind.steps(step.options, givenFor(step, steps.slice(0, index), lifetime));
  });

function nicOf({ host, nics }: TunedHost, written: string): string {
  const [reference] = referencesIn({ nic: written });
  if (reference === undefined) return written;
  const nic = nics[reference.name];
  if (nic !== undefined) return nic;
  const known = Object.keys(nics);
  const has = known.length === 0 ? "it is on no link" : `it is on ${known.join(", ")}`;
  throw hoststackError(
    "OPTIONS_INVALID",
    `${host.name} is on no link "${reference.name}", which the profile names`,
    {
      remedy: `${didYouMean(reference.name, known)}${has}; name the hosts of a step by its field hosts`,
      details: { host: host.name, link: reference.name },
    },
  );
}

const isFor = ({ hosts }: ProfileStep, name: string) => hosts?.includes(name) ?? true;

/** CPUs by the name of the request, none asked for where no step of the host needs them. */
async function placed(
  tuned: TunedHost,
  profile: TuningProfile,
  steps: readonly ProfileStep[],
): Promise<Readonly<Record<string, readonly number[]>>> {
  const needed = steps.some(({ options }) =>
    referencesIn(options).some(({ kind }) => kind === "cores"),
  );
  if (!needed) return {};
  const requests = Object.entries(profile.cores).map(([name, { count, near }]) => ({
    name,
    cores: count,
    ...(near === undefined ? {} : { near: nicOf(tuned, near) }),
  }));
  const near = [...new Set(requests.flatMap((one) => one.near ?? []))];
  const topology: CpuTopology = await readCpuTopology(tuned.host, near);
  return placeCpus(topology, requests);
}

/**
 * The steps of a profile for a host: links are its own NICs, cores are placed by its topology, which is asked
 * for where a step needs it. Throws OPTIONS_INVALID for a link the host is not on, CAPABILITY_MISSING where
 * it has too few cores, and what `readCpuTopology` throws.
 */
export async function tuningSteps(
  profile: TuningProfile,
  tuned: TunedHost,
): Promise<readonly Step[]> {
  const own = profile.steps.filter((step) => isFor(step, tuned.host.name));
  const cpus = await placed(tuned, profile, own);
  const replace = ({ kind, name }: Reference) =>
    kind === "link" ? nicOf(tuned, `link:${name}`) : cpus[name];
  const resolved = own.map((step) => ({
    ...step,
    options: withoutReferences(step.options, replace) as ProfileStep["options"],
  }));
  return stepsOfProfile(resolved, { lifetime: "kept" });
}
