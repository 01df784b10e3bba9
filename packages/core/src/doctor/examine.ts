import { isHoststackError } from "@hoststack/tools";
import { evidenceOf } from "../experiment/evidence.js";
import { checkAllTraffic } from "../experiment/preflight.js";
import { judgeRequirements } from "../experiment/requirements.js";
import { FactCache, hostsInUse } from "../experiment/roles.js";
import type { Variant } from "../experiment/variant.js";
import type { Host } from "../host/host.js";
import { openLocalTransport } from "../host/local.js";
import { openHost } from "../host/open-host.js";
import type { Testbed } from "../testbed/testbed.js";
import { readBusiness } from "./busy-answer.js";
import { busyFindings } from "./busy-findings.js";
import { busyQuestion } from "./busy-question.js";
import { type Examination, type Finding, thisMachine } from "./finding.js";
import { askPrograms, type NeededProgram, programFindings } from "./programs.js";
import { capabilityFindings, neededPrograms } from "./requirements.js";

/** Opens this machine as a host. */
export const openThisMachine = (): Host =>
  openHost({ name: thisMachine, machine: { id: thisMachine }, transport: openLocalTransport() });

/** Questions to one host; all of them are one round trip. */
export interface HostQuestions {
  readonly programs: readonly NeededProgram[];
  /** Also how busy its machine is, which takes a second. */
  readonly busy: boolean;
}

/** Asks a host everything at once. Throws as `Host.batch` does. */
export async function askHost(
  host: Host,
  { programs, busy }: HostQuestions,
  signal: AbortSignal,
): Promise<Finding[]> {
  const commands = [askPrograms(programs), ...(busy ? [busyQuestion] : [])];
  const [found, business] = await host.batch(commands, { signal });
  const askingPid = host.name === thisMachine ? process.pid : undefined;
  return [
    ...programFindings(host.name, programs, found?.stdout ?? ""),
    ...(business === undefined
      ? []
      : busyFindings(host.name, readBusiness(business.stdout, askingPid))),
  ];
}

/** What `checkTraffic` would refuse, as findings. */
function trafficFindings(variants: readonly Variant[], testbed: Testbed): Finding[] {
  if (testbed.traffic === undefined) return [];
  const names = [...new Set(variants.map(({ experiment }) => experiment.name))];
  const about = {
    ...{ host: "link", what: "traffic", wanted: "a link whose traffic harms nobody" },
    why: `${names.join(", ")} would send on it`,
  };
  try {
    checkAllTraffic(variants, testbed);
    return [{ ...about, state: "met", found: "allowed" }];
  } catch (error) {
    if (!isHoststackError(error, "TRAFFIC_REFUSED")) throw error;
    const reasons = error.details["reasons"] as readonly string[];
    const remedy = error.remedy ?? "";
    return reasons.map((found) => ({ ...about, state: "unmet", found, remedy }));
  }
}

/** What experiments judge by the facts of the hosts. */
async function requirementFindings(
  variants: readonly Variant[],
  testbed: Testbed,
  signal: AbortSignal,
): Promise<Finding[]> {
  const judged = await judgeRequirements(variants, testbed, new FactCache(signal));
  return judged.map(({ experiment, ...one }) => ({ ...one, why: `${experiment} needs it` }));
}

/** Of hosts that are one machine the first is asked how busy it is. */
const firstOfMachine = (hosts: readonly Host[], host: Host): boolean =>
  hosts.find(({ machine }) => machine.id === host.machine.id) === host;

/** The part of an examination that is known without asking. */
export const experimentsOf = (variants: readonly Variant[]): Examination["experiments"] =>
  [...new Set(variants.map(({ experiment }) => experiment))].map((experiment) => ({
    name: experiment.name,
    evidence: evidenceOf(experiment),
  }));

/**
 * Examines an open testbed for some experiments: capabilities, programs and traffic of every host that
 * takes part, what the experiments need of them beside, and how busy the machines are. Nothing is changed. Throws
 * OPTIONS_INVALID when hosts are too few or no link fits the roles, and as `Host.batch` and `askFacts` do.
 */
export async function examineTestbed(
  variants: readonly Variant[],
  testbed: Testbed,
  signal: AbortSignal,
): Promise<Examination> {
  const hosts = hostsInUse(testbed, variants);
  const programs = neededPrograms(variants);
  // hosts on this machine may not see its other processes
  const embedded = testbed.kind !== "ssh";
  await using machine = openThisMachine();
  const asked = await Promise.all([
    ...(embedded ? [askHost(machine, { programs: [], busy: true }, signal)] : []),
    ...hosts.map((host) =>
      askHost(host, { programs, busy: !embedded && firstOfMachine(hosts, host) }, signal),
    ),
  ]);
  const names = hosts.map(({ name }) => name);
  const { kind, evidence, notices } = testbed;
  return {
    testbed: { kind, evidence, notices },
    findings: [
      ...capabilityFindings(variants, names, testbed.missing),
      ...asked.flat(),
      ...(await requirementFindings(variants, testbed, signal)),
      ...trafficFindings(variants, testbed),
    ],
    experiments: experimentsOf(variants),
  };
}
