import { hoststackError, type RoleEnds } from "@hoststack/core";

/** Ports a trial has for itself. */
const portsPerTrial = 64;

/** What runs over one link: a server and a client with ports of their own. */
export interface FlowSet {
  /** Ids of its processes. */
  readonly client: string;
  readonly server: string;
  readonly ends: RoleEnds;
  readonly controlPort: number;
  /** First of its data ports. */
  readonly port: number;
}

/** Ids of the processes of each flow set. */
export const flowSetIds = (links: number) =>
  Array.from({ length: links }, (_, index) => ({
    client: `client-${index + 1}`,
    server: `server-${index + 1}`,
  }));

/**
 * One flow set for each link: control ports first, data ports after them. Throws OPTIONS_INVALID when a trial has too
 * few ports.
 */
export function flowSets(
  links: readonly RoleEnds[],
  { port, ports }: { readonly port: number; readonly ports: number },
): readonly FlowSet[] {
  const wanted = links.length * (1 + ports);
  if (wanted > portsPerTrial) {
    throw hoststackError(
      "OPTIONS_INVALID",
      `${links.length} links with ${ports} data ports each need ${wanted} ports; a trial has ${portsPerTrial}`,
      { remedy: "choose fewer ports for each link", details: { field: "ports" } },
    );
  }
  return flowSetIds(links.length).flatMap((ids, index) => {
    const ends = links[index];
    if (ends === undefined) return [];
    const first = port + links.length + index * ports;
    return [{ ...ids, ends, controlPort: port + index, port: first }];
  });
}
