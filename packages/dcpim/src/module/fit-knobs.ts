import { type CpuTopology, hoststackError, placeCpus } from "@hoststack/core";
import { checkKnobs, type ModuleKnobs } from "./knobs.js";

/** The machine and link a module is for. */
export interface KnobPlace {
  readonly topology: CpuTopology;
  /** Data NIC, whose NUMA node the CPUs should be on. */
  readonly nic: string;
  /** What the link carries; undefined where its card does not tell, as virtual ones. */
  readonly linkGbps: number | undefined;
}

/** What CPUs are for on one host. */
export interface CpuPlan {
  /** One of a core of its own for each application, in order. */
  readonly applications: readonly number[];
  readonly matching: number;
}

/**
 * A core each for some applications and the last one for the matching work, all local to the NIC where the machine
 * tells which are. Throws CAPABILITY_MISSING when there are too few, saying what the machine has.
 */
export function planCpus({ topology, nic }: KnobPlace, applications: number): CpuPlan {
  const { cpus } = placeCpus(topology, [{ name: "cpus", cores: applications + 1, near: nic }]);
  const matching = cpus.at(-1);
  if (matching === undefined) throw new Error("a core was placed");
  return { applications: cpus.slice(0, -1), matching };
}

/** How many physical cores are local to the NIC; all where the machine does not tell which. */
export function localCores({ topology, nic }: KnobPlace): number {
  const node = topology.nics[nic];
  const local = topology.cpus.filter((one) => node === undefined || one.node === node);
  return new Set(local.map(({ socket, core }) => `${socket}:${core}`)).size;
}

/** Upstream's rate is 98 % of its link's. */
const shareOfLink = 0.98;

/**
 * Knobs of a machine: the matching CPU of its plan, the rate of its link. Times and the rest are those of `base`, as
 * no machine tells its round-trip times. Throws as {@link planCpus}.
 */
export function knobsOf(place: KnobPlace, applications: number, base: ModuleKnobs): ModuleKnobs {
  const { linkGbps } = place;
  const bandwidthGbps =
    linkGbps === undefined ? base.bandwidthGbps : Math.max(1, Math.floor(linkGbps * shareOfLink));
  const { matching } = planCpus(place, applications);
  return checkKnobs({ ...base, bandwidthGbps, matchingCpu: matching });
}

/** A knob that does not fit a machine. */
export interface KnobFinding {
  readonly knob: keyof ModuleKnobs;
  /** With one that is fatal the module must not be loaded. */
  readonly fatal: boolean;
  readonly text: string;
}

/** Where applications run, and how many rules steer matching packets. */
export interface KnobUse {
  readonly applicationCpus: readonly number[];
  /** Rules for matching packets. @default the NIC steers none */
  readonly matchingRules?: number;
}

function cpuFindings(knobs: ModuleKnobs, place: KnobPlace, use: KnobUse): KnobFinding[] {
  const { topology, nic } = place;
  const { matchingCpu } = knobs;
  const knob = "matchingCpu";
  const own = topology.cpus.find(({ cpu }) => cpu === matchingCpu);
  if (own === undefined) {
    const last = Math.max(...topology.cpus.map(({ cpu }) => cpu));
    const text = `there is no CPU ${matchingCpu}, the last is ${last}: loading the module would be an oops`;
    return [{ knob, fatal: true, text }];
  }
  const node = topology.nics[nic];
  const found: KnobFinding[] = [];
  if (use.applicationCpus.includes(matchingCpu)) {
    found.push({ knob, fatal: false, text: `an application runs on CPU ${matchingCpu} as well` });
  }
  if (node !== undefined && own.node !== node) {
    const text = `CPU ${matchingCpu} is on NUMA node ${own.node}, ${nic} on node ${node}`;
    found.push({ knob, fatal: false, text });
  }
  return found;
}

function rateFindings({ bandwidthGbps }: ModuleKnobs, { linkGbps }: KnobPlace): KnobFinding[] {
  if (linkGbps === undefined) return [];
  const knob = "bandwidthGbps";
  if (bandwidthGbps > linkGbps) {
    const text = `the module would hand out ${bandwidthGbps} Gbit/s of a link that has ${linkGbps}`;
    return [{ knob, fatal: false, text }];
  }
  if (bandwidthGbps >= linkGbps / 2) return [];
  const text = `the module would use no more than ${bandwidthGbps} Gbit/s of a link that has ${linkGbps}`;
  return [{ knob, fatal: false, text }];
}

/** What of some knobs does not fit a machine, the fatal first. */
export function knobFindings(
  knobs: ModuleKnobs,
  place: KnobPlace,
  use: KnobUse,
): readonly KnobFinding[] {
  const { matchingRules } = use;
  const rules: KnobFinding[] =
    matchingRules === undefined || matchingRules === knobs.portRange
      ? []
      : [
          {
            ...{ knob: "portRange", fatal: false },
            text: `matching packets have ${knobs.portRange} ports, but ${matchingRules} rules steer them`,
          },
        ];
  return [...cpuFindings(knobs, place, use), ...rateFindings(knobs, place), ...rules];
}

/** Throws OPTIONS_INVALID for knobs a machine would not survive. */
export function checkFit(knobs: ModuleKnobs, place: KnobPlace, host: string): void {
  const fatal = knobFindings(knobs, place, { applicationCpus: [] }).find((one) => one.fatal);
  if (fatal === undefined) return;
  throw hoststackError("OPTIONS_INVALID", `"${fatal.knob}" of ${host}: ${fatal.text}`, {
    details: { field: fatal.knob, host },
  });
}
