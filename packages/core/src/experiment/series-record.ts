import { basename } from "node:path";
import { isHoststackError } from "@hoststack/tools";
import { controllerFacts } from "../facts/controller-facts.js";
import { hostFacts } from "../facts/host-facts.js";
import { machineFacts } from "../facts/machine-facts.js";
import { type RunRecord, recordVersion, type VariantRecord } from "../result/record.js";
import type { Testbed } from "../testbed/testbed.js";
import { coreVersion } from "../version.js";
import { neededTools } from "./needed-tools.js";
import { placementOf } from "./placement.js";
import { hostNamed, hostParts } from "./roles.js";
import type { SeriesRequest } from "./series-request.js";
import type { Variant } from "./variant.js";

const describeTestbed = (testbed: Testbed): RunRecord["testbed"] => ({
  kind: testbed.kind,
  evidence: testbed.evidence,
  capabilities: [...testbed.capabilities].sort(),
  hosts: testbed.hosts.map((host) => ({ name: host.name, machine: host.machine.id })),
  links: testbed.links.map((link) => ({
    name: link.name,
    mtuBytes: link.mtuBytes,
    ends: link.ends.map((end) => ({ ...end, addresses: [...end.addresses] })),
  })),
  provenance: { ...testbed.provenance },
  notices: [...testbed.notices],
});

/** Options by which one of some variants can be told from the others. */
function ownOptions(variant: Variant, others: readonly Variant[]): string {
  const told = Object.entries(variant.options).filter(([name, value]) =>
    others.some(({ options }) => JSON.stringify(options[name]) !== JSON.stringify(value)),
  );
  return told.map(([name, value]) => `, ${name} ${String(value)}`).join("");
}

/**
 * Variants as the record holds them. Where titles of experiments leave out what differs between variants, it is
 * added.
 */
export function describeVariants(variants: readonly Variant[]): VariantRecord[] {
  const titles = variants.map(({ experiment, options }) => experiment.title(options));
  return variants.map((variant, index) => {
    const { id, experiment, options } = variant;
    const title = titles[index] ?? "";
    const twins = variants.filter((_, other) => other !== index && titles[other] === title);
    return {
      id,
      experiment: experiment.name,
      title: `${title}${ownOptions(variant, twins)}`,
      options,
      headline: experiment.headline(options),
    };
  });
}

async function describeMachines(
  testbed: Testbed,
  signal: AbortSignal,
): Promise<RunRecord["machines"]> {
  const machines = new Map(testbed.hosts.map((host) => [host.machine.id, host]));
  return await Promise.all(
    [...machines].map(async ([machine, host]) => ({
      machine,
      facts: await machineFacts(host, signal),
    })),
  );
}

async function describeHosts(
  testbed: Testbed,
  variants: readonly Variant[],
  signal: AbortSignal,
): Promise<NonNullable<RunRecord["hosts"]>> {
  const parts = variants.flatMap((variant) => hostParts(testbed, variant));
  const nics = new Map(parts.map(({ host, nics: [nic = ""] }) => [host, nic]));
  const tools = neededTools(variants);
  return await Promise.all(
    [...nics].map(async ([host, nic]) => ({
      host,
      facts: await hostFacts(hostNamed(testbed, host), { nic, tools }, signal),
    })),
  );
}

/** Variants with the hosts each has in its roles. */
const withRoles = (
  records: readonly VariantRecord[],
  variants: readonly Variant[],
  testbed: Testbed,
): VariantRecord[] =>
  records.map((record, index) => {
    const variant = variants[index];
    if (variant === undefined) return record;
    const { clients, servers } = placementOf(testbed, variant);
    return { ...record, roles: { client: [...clients], server: [...servers] } };
  });

/** The record of a series before its first trial. */
export async function newRecord(request: SeriesRequest, signal: AbortSignal): Promise<RunRecord> {
  const { testbed, variants, system, campaign } = request;
  const startedAt = new Date().toISOString();
  const [machines, hosts] = await Promise.all([
    describeMachines(testbed, signal),
    describeHosts(testbed, variants, signal),
  ]);
  return {
    recordVersion,
    id: basename(request.directory),
    system: { name: system.name, version: system.version },
    coreVersion: coreVersion(),
    state: "running",
    startedAt,
    repetitions: request.repetitions,
    testbed: describeTestbed(testbed),
    ...{ machines, hosts, controller: controllerFacts() },
    variants: withRoles(describeVariants(variants), variants, testbed),
    trials: [],
    summary: [],
    ...(campaign === undefined ? {} : { campaign: { ...campaign } }),
    sessions: [{ startedAt, firstTrial: 0, differs: [] }],
  };
}

/** Facts that differ between two boots, or two moments, of one machine. */
const fleeting = new Set(["bootId", "loadAverage"]);

type Facts = Readonly<Record<string, string>>;

const differences = (about: string, before: Facts, now: Facts): string[] =>
  [...new Set([...Object.keys(before), ...Object.keys(now)])]
    .filter((name) => !fleeting.has(name) && before[name] !== now[name])
    .map(
      (name) =>
        `${about} ${name}: ${before[name] ?? "nothing"} before, ${now[name] ?? "nothing"} now`,
    );

/** What of a testbed is worth comparing, as facts. */
const testbedFacts = ({
  kind,
  evidence,
  capabilities,
  links,
  provenance,
}: RunRecord["testbed"]) => ({
  kind,
  evidence,
  capabilities: capabilities.join(", "),
  links: JSON.stringify(links),
  ...provenance,
});

/** The record of a series that is gone on with: what ended it is forgotten, what changed is noted. */
export async function resumedRecord(
  record: RunRecord,
  { testbed, variants }: Pick<SeriesRequest, "testbed" | "variants">,
  signal: AbortSignal,
): Promise<RunRecord> {
  const [machines, hosts] = await Promise.all([
    describeMachines(testbed, signal),
    describeHosts(testbed, variants, signal),
  ]);
  const differs = [
    ...differences("testbed", testbedFacts(record.testbed), testbedFacts(describeTestbed(testbed))),
    ...machines.flatMap(({ facts }, index) =>
      differences(`machine ${index + 1}`, record.machines[index]?.facts ?? {}, facts),
    ),
    ...hosts.flatMap(({ host, facts }) => {
      const before = record.hosts?.find((one) => one.host === host);
      return before === undefined ? [] : differences(host, before.facts, facts);
    }),
  ];
  const { error: _, endedAt: __, notRun: ___, ...rest } = record;
  const first = { startedAt: record.startedAt, firstTrial: 0, differs: [] };
  const session = {
    startedAt: new Date().toISOString(),
    firstTrial: record.trials.length,
    differs,
  };
  return { ...rest, state: "running", sessions: [...(record.sessions ?? [first]), session] };
}

/** The record of a series that something ended before its last trial. */
export function endedEarly(
  record: RunRecord,
  end: { readonly cause: unknown; readonly failed: boolean; readonly notRun: RunRecord["notRun"] },
): RunRecord {
  const { cause, failed, notRun } = end;
  const error = isHoststackError(cause)
    ? { code: cause.code, message: cause.message }
    : { code: failed ? "UNEXPECTED" : "INTERRUPTED", message: String(cause) };
  const state = failed ? "failed" : "interrupted";
  return {
    ...record,
    state,
    error,
    endedAt: new Date().toISOString(),
    ...(notRun === undefined || notRun.length === 0 ? {} : { notRun }),
  };
}
