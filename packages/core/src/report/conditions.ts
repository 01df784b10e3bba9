import type { TrialRecord } from "../result/record.js";
import type { ReportedRun } from "./measurements.js";

/** Names and versions of the parsers that read the outputs of some trials. */
export function parsersOf(trials: readonly TrialRecord[]): string[] {
  const names = trials.flatMap(({ parser }) =>
    parser ? [`${parser.name} ${parser.version}`] : [],
  );
  return [...new Set(names)].sort();
}

/** What a run was made with, by name: versions, testbed, machines. */
export function conditionsOf({ record }: ReportedRun): Record<string, string> {
  const facts = record.machines.flatMap(({ machine, facts: own }) => {
    // machines may be called otherwise in another run, while their hosts have the same part
    const hosts = record.testbed.hosts.filter((host) => host.machine === machine);
    const label = hosts.map(({ name }) => name).join(" + ") || machine;
    return Object.entries(own).map(([name, value]) => [`${label}: ${name}`, value] as const);
  });
  const ends = (record.hosts ?? []).flatMap(({ host, facts: own }) =>
    Object.entries(own).map(([name, value]) => [`${host}: ${name}`, value] as const),
  );
  const links = record.testbed.links.map(
    ({ name, mtuBytes }) => [`link ${name}: MTU in bytes`, String(mtuBytes)] as const,
  );
  const provenance = Object.entries(record.testbed.provenance).map(
    ([name, value]) => [`testbed: ${name}`, value] as const,
  );
  return {
    system: `${record.system.name} ${record.system.version}`,
    core: record.coreVersion,
    testbed: record.testbed.kind,
    evidence: record.testbed.evidence,
    parsers: parsersOf(record.trials).join(", "),
    ...Object.fromEntries([...links, ...provenance, ...facts, ...ends]),
  };
}
