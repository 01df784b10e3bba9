import { hostname, release } from "node:os";
import { performance } from "node:perf_hooks";
import { hoststackError } from "../../errors/error.js";
import { openNetnsTransport } from "../../host/netns.js";
import { openHost } from "../../host/open-host.js";
import { missingFromEmbedded } from "../capabilities/embedded.js";
import { checkHostNames, rolesByName } from "../embedded-hosts.js";
import type { Capability, HostNames, Progress, Testbed } from "../testbed.js";
import { type Keeper, startKeeper } from "./keeper.js";
import { mostHosts, mostLinks, netnsLinks, type Wiring } from "./wiring.js";

/** How to open namespace hosts. */
export interface NetnsTestbedOptions {
  /** Names of the hosts, 2 to 16: two are joined by veth pairs, more by one bridge. @default ["client", "server"] */
  readonly hosts?: HostNames;
  /** MTU of the link in bytes, 68 to 65535. @default 1500 */
  readonly mtuBytes?: number;
  /** Links that join the two, 1 to 256: `lab0`, `lab1`, ..., each with a network of its own; 1 for more hosts. @default 1 */
  readonly links?: number;
  /** Gives up and undoes what was done when it fires before the testbed is open. */
  readonly signal?: AbortSignal;
  readonly progress?: Progress;
}

/** Namespace hosts on private links. */
export interface NetnsTestbed extends Testbed {
  readonly kind: "netns";
  /** First processes of the hosts, as this machine sees them, in the order of `hosts`. */
  readonly hostPids: Keeper["hostPids"];
  /** The namespaces belong to a user namespace, since hoststack does not run as root. */
  readonly userNamespace: boolean;
}

/**
 * Opens network namespaces of this machine, two joined by veth pairs or more by a bridge, for everything that needs no
 * kernel or hardware of its own. Nothing of it shows on the machine; the kernel ends all of it when
 * this process dies. Without root it uses a user namespace.
 *
 * Throws CAPABILITY_MISSING when this machine allows no namespaces, TOOL_MISSING without util-linux or
 * iproute2, OPTIONS_INVALID, and INTERRUPTED when `signal` fires.
 */
export async function openNetnsTestbed(options: NetnsTestbedOptions = {}): Promise<NetnsTestbed> {
  const { hosts = ["client", "server"] as const, signal, progress } = options;
  checkHostNames(hosts, mostHosts);
  const { mtuBytes = 1500, links = 1 } = options;
  const wiring = { hosts: hosts.length, mtuBytes, links };
  checkWiring(wiring);
  const startedAt = performance.now();
  const root = process.getuid?.() === 0;
  const keeper = await startKeeper({ ...wiring, userNamespace: !root, signal });
  const readyMs = Math.round(performance.now() - startedAt);
  progress?.({ kind: "netns.ready", text: `${inWords(hosts)} are ready after ${readyMs} ms` });
  return testbedOf(keeper, { hosts, wiring, root });
}

function checkWiring({ hosts, mtuBytes, links }: Required<Wiring>): void {
  if (!Number.isInteger(mtuBytes) || mtuBytes < 68 || mtuBytes > 65535) {
    throw hoststackError(
      "OPTIONS_INVALID",
      `an MTU of ${mtuBytes} bytes is not within 68 to 65535`,
    );
  }
  if (!Number.isInteger(links) || links < 1 || links > mostLinks) {
    throw hoststackError("OPTIONS_INVALID", `${links} links are not within 1 to ${mostLinks}`);
  }
  if (hosts > 2 && links > 1) {
    const text = `${links} links side by side join two hosts, not ${hosts}`;
    throw hoststackError("OPTIONS_INVALID", text, { details: { field: "links" } });
  }
}

const inWords = (hosts: HostNames): string =>
  hosts.length === 2 ? hosts.join(" and ") : `the ${hosts.length} hosts`;

function joinedBy({ hosts, links }: Required<Wiring>): string {
  if (hosts > 2) return "bridge";
  return links === 1 ? "veth pair" : `${links} veth pairs`;
}

function testbedOf(
  keeper: Keeper,
  plan: { hosts: HostNames; wiring: Required<Wiring>; root: boolean },
): NetnsTestbed {
  const machine = { id: `machine-of-${hostname()}` };
  const userNamespace = !plan.root;
  const hosts = plan.hosts.map((name, index) => {
    const holderPid = keeper.hostPids[index];
    if (holderPid === undefined) throw new Error(`the keeper says no process of ${name}`);
    const transport = openNetnsTransport({ name, holderPid, userNamespace });
    return openHost({ name, machine, transport });
  });
  const capabilities = new Set<Capability>(plan.root ? ["root"] : []);
  return {
    kind: "netns",
    hosts,
    hostPids: keeper.hostPids,
    userNamespace,
    links: netnsLinks(plan.hosts, plan.wiring),
    ...rolesByName(plan.hosts),
    capabilities,
    missing: missingFromEmbedded("netns", capabilities, plan.hosts),
    evidence: "namespace",
    provenance: {
      kernel: release(),
      link: `${joinedBy(plan.wiring)} between network namespaces`,
      privileges: plan.root ? "root" : "user namespace",
    },
    notices: [
      `${inWords(plan.hosts)} are network namespaces of one machine: they share its kernel and CPUs, and no network card takes part`,
    ],
    embeddedBy: [],
    keeps: [],
    lost: keeper.lost,
    [Symbol.asyncDispose]: async () => {
      await Promise.all(hosts.map((one) => one[Symbol.asyncDispose]()));
      await keeper[Symbol.asyncDispose]();
    },
  };
}
