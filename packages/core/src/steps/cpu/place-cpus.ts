import { hoststackError } from "../../errors/error.js";
import { cpuList } from "../kernel-files/cpu-mask.js";

/** A CPU that is online. */
export interface CpuPlace {
  readonly cpu: number;
  /** CPUs of one core of one socket share its units (SMT). */
  readonly core: number;
  readonly socket: number;
  readonly node: number;
}

/** CPUs of a machine, and where its NICs are. */
export interface CpuTopology {
  readonly cpus: readonly CpuPlace[];
  /** NUMA node by NIC; undefined where the machine tells none. */
  readonly nics: Readonly<Record<string, number | undefined>>;
}

/** Cores for one purpose. */
export interface CoreRequest {
  /** What for: `application`, `matching`. */
  readonly name: string;
  /** How many physical cores; one CPU of each is given, its siblings stay idle. */
  readonly cores: number;
  /** NIC on whose NUMA node they have to be. @default any node */
  readonly near?: string;
}

/**
 * Gives each request CPUs of cores of its own: the first CPU of each core, in ascending order. Pure.
 * `reserved` CPUs are left alone with their siblings. Throws CAPABILITY_MISSING, saying what the machine
 * has, and OPTIONS_INVALID.
 */
export function placeCpus<N extends string>(
  topology: CpuTopology,
  requests: readonly (CoreRequest & { readonly name: N })[],
  { reserved = [] }: { readonly reserved?: readonly number[] } = {},
): Readonly<Record<N, readonly number[]>> {
  checkRequests(topology, requests);
  const free = coresOf(topology.cpus).filter(({ cpus }) => !cpus.some((c) => reserved.includes(c)));
  const placed = new Map<string, readonly number[]>();
  // The bound ones first, so that others do not take what only these can use.
  const bound = ({ near }: CoreRequest) => (nodeOf(topology, near) === undefined ? 1 : 0);
  for (const request of requests.toSorted((a, b) => bound(a) - bound(b))) {
    const node = nodeOf(topology, request.near);
    const fitting = free.filter((core) => node === undefined || core.node === node);
    if (fitting.length < request.cores) throw tooFew({ topology, requests, request, reserved });
    const taken = fitting.slice(0, request.cores);
    for (const core of taken) free.splice(free.indexOf(core), 1);
    placed.set(
      request.name,
      taken.map(({ cpus }) => cpus[0] ?? 0),
    );
  }
  const entries = requests.map(({ name }) => [name, placed.get(name) ?? []] as const);
  return Object.fromEntries(entries) as Record<N, readonly number[]>;
}

interface Core {
  readonly node: number;
  /** Ascending. */
  readonly cpus: readonly number[];
}

function coresOf(cpus: readonly CpuPlace[]): Core[] {
  const cores = new Map<string, { node: number; cpus: number[] }>();
  for (const { cpu, core, socket, node } of cpus.toSorted((a, b) => a.cpu - b.cpu)) {
    const key = `${socket}:${core}`;
    const known = cores.get(key);
    if (known === undefined) cores.set(key, { node, cpus: [cpu] });
    else known.cpus.push(cpu);
  }
  return [...cores.values()];
}

/** Undefined: any will do, also where the machine does not tell the NIC's. */
function nodeOf({ nics }: CpuTopology, near: string | undefined): number | undefined {
  return near === undefined ? undefined : nics[near];
}

function checkRequests({ nics }: CpuTopology, requests: readonly CoreRequest[]): void {
  const names = new Set<string>();
  for (const { name, cores, near } of requests) {
    const wrong = names.has(name)
      ? "is asked for twice"
      : !Number.isInteger(cores) || cores < 1
        ? `cannot have ${cores} cores`
        : near !== undefined && !Object.hasOwn(nics, near)
          ? `is to be near ${near}, which was not looked at`
          : undefined;
    if (wrong !== undefined) throw hoststackError("OPTIONS_INVALID", `CPUs: "${name}" ${wrong}`);
    names.add(name);
  }
}

function tooFew(at: {
  topology: CpuTopology;
  requests: readonly CoreRequest[];
  request: CoreRequest;
  reserved: readonly number[];
}): Error {
  const { topology, requests, request, reserved } = at;
  const node = nodeOf(topology, request.near);
  const where = node === undefined ? "" : ` near ${request.near} (NUMA node ${node})`;
  const asked = requests
    .filter(({ near }) => node === undefined || nodeOf(topology, near) === node)
    .map(({ name, cores }) => `${cores} for ${name}`)
    .join(", ");
  const cores = coresOf(topology.cpus);
  const local = cores.filter((core) => node === undefined || core.node === node);
  const kept = reserved.length === 0 ? "" : `, CPUs ${cpuList(reserved)} are reserved`;
  const nodes = [...new Set(cores.map((core) => core.node))].sort((a, b) => a - b);
  const has = nodes
    .map((one) => {
      const first = cores.filter((core) => core.node === one).map(({ cpus }) => cpus[0] ?? 0);
      return `node ${one}: ${first.length} (CPUs ${cpuList(first)})`;
    })
    .join("; ");
  return hoststackError(
    "CAPABILITY_MISSING",
    `the machine has ${local.length} physical cores${where}, too few for ${asked}${kept}`,
    {
      remedy: `ask for fewer cores, or for some that are not near; physical cores are ${has}`,
      details: { request: request.name, node, cores: local.length },
    },
  );
}
