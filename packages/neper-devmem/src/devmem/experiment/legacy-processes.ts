import type { ProcessSpec, RoleEnds } from "@hoststack/core";
import { neperReadiness } from "../../neper/window.js";
import { tcpStreamArgv, tcpStreamEnvironment } from "../flow-sets/argv.js";
import type { FlowSet } from "../flow-sets/flow-set.js";
import { type NicPair, planFlowSets } from "../flow-sets/plan.js";
import { driverResetCommands } from "../receiver/driver-reset.js";
import { settledCommand } from "../receiver/settled-command.js";
import { flowSetChoice, type TcpdChoice } from "./options.js";

/** Ids of the processes of each link. */
export const setIds = (links: number) =>
  Array.from({ length: links }, (_, index) => ({
    client: `client-${index + 1}`,
    server: `server-${index + 1}`,
  }));

/** A program that has neither ended nor failed so long after its time gives up by itself. */
const graceS = 10;
/** Servers wait for clients, which start once all servers have their memory. */
const serverGraceS = 60;

function environmentArgv(set: FlowSet, role: "client" | "server"): readonly string[] {
  const variables = Object.entries(tcpStreamEnvironment(set, role));
  return variables.length === 0 ? [] : ["env", ...variables.map((pair) => pair.join("="))];
}

/** Control ports first, then as many data ports for each link as it has flows; source ports are the same. */
function portsFrom(chosen: TcpdChoice, { links, port }: LegacyPlace) {
  const { port: first = port + links.length, controlPort = port } = chosen;
  return { controlPort, port: first, sourcePort: first };
}

/** Where trials are and what they use. */
export interface LegacyPlace {
  readonly links: readonly RoleEnds[];
  readonly pairs: readonly NicPair[];
  readonly port: number;
  /** Path of tcp_stream on a host. */
  readonly program: (role: "client" | "server") => string;
}

/**
 * A server and a client of tcp_stream for each link, pinned and with the GPU beside its NIC. A server brings its NIC back
 * to what the reset has left when it ends, so that the reset can be undone. Throws OPTIONS_INVALID.
 */
export function legacyProcesses(chosen: TcpdChoice, place: LegacyPlace): ProcessSpec[] {
  const { links, pairs } = place;
  const options = { ...flowSetChoice(chosen), ...portsFrom(chosen, place) };
  const sets = planFlowSets(options, pairs);
  const ids = setIds(links.length);
  const argvOf = (set: FlowSet, role: "client" | "server", suicideS: number) => [
    ...environmentArgv(set, role),
    ...tcpStreamArgv(set, role, place.program(role)),
    ...["--logtostderr", "--suicide-length", String(suicideS)],
  ];
  const endsS = chosen.durationS + graceS;
  const named = sets.flatMap((set, index) => {
    const [id, ends] = [ids[index], links[index]];
    return id === undefined || ends === undefined ? [] : [{ set, id, ends }];
  });
  const servers = named.map(({ set, id, ends }): ProcessSpec => {
    const suicideS = endsS + serverGraceS;
    const argv = argvOf(set, "server", suicideS);
    return {
      ...{ id: id.server, host: ends.server.host, ends: "itself" },
      argv: settledCommand(argv, driverResetCommands(ends.server.nic)),
      ready: neperReadiness(set.controlPort),
      deadlineMs: (suicideS + 60) * 1000,
    };
  });
  const clients = named.map(
    ({ set, id, ends }): ProcessSpec => ({
      ...{ id: id.client, host: ends.client.host, ends: "itself" },
      argv: argvOf(set, "client", endsS + serverGraceS),
      after: ids.map(({ server }) => server),
      deadlineMs: (endsS + serverGraceS) * 1000,
    }),
  );
  return [...servers, ...clients];
}
