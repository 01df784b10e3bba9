import type { TrialRecord, VariantRecord } from "../result/record.js";
import { describeValues } from "../result/statistics.js";

/** Share of a CPU above which time without a state is worth showing. */
const visibleCpus = 0.05;

interface MachineUse {
  readonly hosts: readonly string[];
  readonly least: number;
  readonly most: number;
}

function machineUses(trials: readonly TrialRecord[]): MachineUse[] {
  const uses = trials.flatMap((trial) => (Array.isArray(trial.cpu) ? trial.cpu : []));
  return [...new Set(uses.map((use) => use.machine))].map((machine) => {
    const own = uses.filter((use) => use.machine === machine);
    const least = describeValues(own.map((use) => use.busyCpus)).median ?? 0;
    const more = describeValues(own.map((use) => use.unaccountedCpus)).median ?? 0;
    return { hosts: own[0]?.hosts ?? [], least, most: least + (more < visibleCpus ? 0 : more) };
  });
}

const cpus = ({ least, most }: Pick<MachineUse, "least" | "most">): string =>
  least === most ? least.toFixed(2) : `${least.toFixed(2)}..${most.toFixed(2)}`;

const each = (uses: readonly MachineUse[]): string =>
  uses.map((use) => `${use.hosts.join("+")} ${cpus(use)}`).join(", ");

/** Machines by the role of their hosts; undefined where one of them has hosts of both, or there are no more than two. */
function byRole(uses: readonly MachineUse[], roles: VariantRecord["roles"]) {
  if (roles === undefined || uses.length <= 2) return undefined;
  const { client, server } = roles;
  const peers = client.filter((host) => server.includes(host));
  const groups = [
    { role: peers.length > 0 ? "peers" : "clients", hosts: client },
    { role: "servers", hosts: server.filter((host) => !peers.includes(host)) },
  ];
  const found = groups.map(({ role, hosts }) => {
    return { role, own: uses.filter((use) => use.hosts.every((host) => hosts.includes(host))) };
  });
  const known = found.reduce((sum, { own }) => sum + own.length, 0);
  return known === uses.length ? found.filter(({ own }) => own.length > 0) : undefined;
}

const sum = (uses: readonly MachineUse[]) => ({
  least: uses.reduce((total, { least }) => total + least, 0),
  most: uses.reduce((total, { most }) => total + most, 0),
});

/**
 * Median over valid trials of the CPUs each machine kept busy inside the measuring window; a range
 * where the kernel left time unaccounted that may have been busy. Of more than two machines with their sum for each role.
 */
export function busyCpus(
  trials: readonly TrialRecord[],
  { roles }: Pick<VariantRecord, "roles">,
): string {
  const uses = machineUses(trials);
  const groups = byRole(uses, roles);
  if (groups === undefined) return each(uses) || "-";
  const words = groups.map(({ role, own }) => `${role} ${cpus(sum(own))} (${each(own)})`);
  return words.join("; ");
}
