import { capabilitiesOf } from "../capabilities/probed.js";
import { fileRoles } from "../file/file-roles.js";
import type { TestbedFile } from "../file/schema.js";
import type { Link, Testbed } from "../testbed.js";
import type { TrafficRisk } from "../traffic/traffic.js";
import { foundEvidence, noticesOf } from "./evidence.js";
import { findLinks } from "./links.js";
import {
  type OpenedHost,
  type OpenedHosts,
  type OpenHostsContext,
  openHosts,
} from "./open-hosts.js";
import { findPeers } from "./peers.js";
import { trafficState } from "./traffic-state.js";
import { type ConnectionWatch, watchConnections } from "./watch-connections.js";

/** A testbed of hosts that are there already, as a testbed file describes it. */
export interface SshTestbedOptions extends OpenHostsContext {
  /** A testbed file that was read and checked. */
  readonly file: TestbedFile;
  /** Where the description comes from, for the record. @default none */
  readonly origin?: string;
  /** Traffic the user answers for, beside what the file allows. */
  readonly allowTraffic?: readonly TrafficRisk[];
}

type ByName = ReadonlyMap<string, OpenedHost>;

function provenanceOf(options: SshTestbedOptions, hosts: ByName, links: readonly Link[]) {
  const cards = links.flatMap(({ ends }) =>
    ends.map(({ host, nic }) => {
      const { driver, bus, speedBitsPerS } = hosts.get(host)?.probe.hardware.get(nic) ?? {};
      const speed = speedBitsPerS === undefined ? "speed unknown" : `${speedBitsPerS / 1e9} Gbit/s`;
      return [
        `nic ${host}/${nic}`,
        [driver ?? "driver unknown", bus, speed].filter(Boolean).join(", "),
      ];
    }),
  );
  const { origin } = options;
  return {
    ...(origin === undefined ? {} : { testbedFile: origin }),
    ...Object.fromEntries(cards),
  };
}

async function testbedOf(
  options: SshTestbedOptions,
  opened: OpenedHosts,
  watch: ConnectionWatch,
): Promise<Testbed> {
  const { file, signal, allowTraffic = [] } = options;
  const { byName } = opened;
  const probes = new Map([...byName].map(([name, { probe }]) => [name, probe]));
  const links = findLinks(file, probes);
  const unconfirmed = await findPeers(links, byName, signal);
  const nature = new Map(
    [...byName].map(([name, { host, probe }]) => [
      name,
      { machine: host.machine.id, virtual: probe.virtual },
    ]),
  );
  const probed = [...byName].map(([name, { probe, host, local, controller }]) => {
    return { name, probe, local, controller, machine: host.machine.id };
  });
  return {
    kind: "ssh",
    hosts: [...byName.values()].map(({ host }) => host),
    links,
    ...capabilitiesOf(probed, links),
    evidence: file.evidence ?? foundEvidence(nature, links),
    provenance: provenanceOf(options, byName, links),
    notices: noticesOf(file.evidence, nature, links),
    keeps: [],
    ...fileRoles(file.roles),
    traffic: trafficState({ file, links, probes, unconfirmed, allow: allowTraffic }),
    lost: watch.lost,
    [Symbol.asyncDispose]: async () => {
      await watch[Symbol.asyncDispose]();
      await opened[Symbol.asyncDispose]();
    },
  };
}

/**
 * Opens hosts that are there already. It changes nothing on them. Throws what `openHosts` does, and
 * LINK_UNUSABLE when an interface is missing, down or not as the file says; that a peer could not be
 * confirmed is left to `checkTraffic`.
 */
export async function openSshTestbed(options: SshTestbedOptions): Promise<Testbed> {
  const opened = await openHosts(options.file, options);
  try {
    const watch = await watchConnections([...opened.byName.values()].map(({ host }) => host));
    try {
      return await testbedOf(options, opened, watch);
    } catch (error) {
      await watch[Symbol.asyncDispose]();
      throw error;
    }
  } catch (error) {
    await opened[Symbol.asyncDispose]();
    throw error;
  }
}
