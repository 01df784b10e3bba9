import {
  type BuiltPaths,
  type CpuFacts,
  type ExperimentContext,
  type Fact,
  hoststackError,
  type ProcessSpec,
  type RoleView,
} from "@hoststack/core";
import { cpusOfLinks, onCpus } from "../cpus.js";
import { type FlowSet, flowSets } from "../flow-sets.js";
import { neperArgv } from "../neper/argv.js";
import type { NeperOptions, NeperProgram, NeperRole } from "../neper/options.js";
import { neperReadiness } from "../neper/window.js";
import { withSamples } from "../neper/with-samples.js";
import { type NeperChoice, readSet } from "./options.js";

/** What hosts are asked: their CPUs, and where neper is. */
export type NeperFacts = CpuFacts & { readonly neper: Fact<BuiltPaths> };

/** A program that has neither ended nor failed so long after its time gives up by itself. */
const graceS = 10;
/** Servers wait for clients, which start once all servers are up. */
const serverGraceS = 40;

/** How long it may take by its own clock; with what an emulated guest takes to start it. */
const deadlineMs = (seconds: number) => (seconds + 45) * 1000;

/** What both sides of a test must have in common, and what is asked of neper beside. */
export function sharedOptions(program: NeperProgram, chosen: NeperChoice): NeperOptions {
  const requests = program.endsWith("rr") ? { percentiles: [50, 90, 99, 99.9] } : {};
  const { durationS, flows, threads } = chosen;
  return { flows, threads, durationS, log: "none", ...requests, ...readSet(program, chosen.set) };
}

/** PSP is over IPv6 alone. */
function addressOf(program: NeperProgram, set: FlowSet, role: NeperRole): string {
  const { host, addresses } = set.ends[role];
  if (!program.startsWith("psp_")) return addresses[0];
  const found = addresses.find((address) => address.includes(":"));
  if (found !== undefined) return found;
  throw hoststackError(
    "CAPABILITY_MISSING",
    `${program} is over IPv6, but ${set.ends.link.name} has no IPv6 address of ${host}`,
    {
      remedy: "give the data NICs IPv6 addresses, and name them in the testbed file",
    },
  );
}

function pathOf(program: NeperProgram, { host, facts }: RoleView<NeperFacts>): string {
  const path = facts.neper[program];
  if (path !== undefined) return path;
  throw hoststackError("SETUP_MISSING", `${host} has no ${program}: neper is not built there`, {
    remedy: "build it: neper-devmem build",
  });
}

/** A server and a client for each link; no client starts before all servers take clients. */
export function neperProcesses(
  program: NeperProgram,
  context: ExperimentContext<NeperChoice, NeperFacts>,
): ProcessSpec[] {
  const { options, links, port } = context;
  const shared = sharedOptions(program, options);
  const sets = flowSets(links, { port, ports: shared.ports ?? 1 });
  const places = cpusOfLinks(context, options);
  const argvOf = (set: FlowSet, role: NeperRole, own: NeperOptions) => {
    const path = pathOf(program, context[role]);
    const { controlPort } = set;
    const argv = neperArgv(
      { program, role, path },
      { ...shared, ...own, controlPort, port: set.port },
    );
    return onCpus(places[role][sets.indexOf(set)] ?? [], withSamples(argv));
  };
  const endsS = options.durationS + graceS;
  const servers = sets.map((set): ProcessSpec => {
    const suicideS = endsS + serverGraceS;
    return {
      id: set.server,
      host: set.ends.server.host,
      argv: argvOf(set, "server", { suicideS, host: addressOf(program, set, "server") }),
      ready: neperReadiness(set.controlPort),
      ends: "itself",
      deadlineMs: deadlineMs(suicideS),
    };
  });
  const clients = sets.map((set): ProcessSpec => {
    const psp = program.startsWith("psp_");
    const local = psp ? { localAddresses: [addressOf(program, set, "client")] } : {};
    const host = addressOf(program, set, "server");
    return {
      id: set.client,
      host: set.ends.client.host,
      argv: argvOf(set, "client", { suicideS: endsS, host, ...local }),
      after: sets.map(({ server }) => server),
      ends: "itself",
      deadlineMs: deadlineMs(endsS),
    };
  });
  return [...servers, ...clients];
}
