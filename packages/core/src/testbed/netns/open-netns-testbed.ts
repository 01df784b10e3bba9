import { hostname, release } from "node:os";
import { performance } from "node:perf_hooks";
import { hoststackError } from "../../errors/error.js";
import { openNetnsTransport } from "../../host/netns.js";
import { openHost } from "../../host/open-host.js";
import { missingFromEmbedded } from "../capabilities/embedded.js";
import type { Capability, Progress, Testbed } from "../testbed.js";
import { type Keeper, startKeeper } from "./keeper.js";
import { mostLinks, pairLinks, type Wiring } from "./pair-script.js";

/** How to open a pair of namespace hosts. */
export interface NetnsTestbedOptions {
  /** Names of the two hosts. @default ["client", "server"] */
  readonly hosts?: readonly [string, string];
  /** MTU of the link in bytes, 68 to 65535. @default 1500 */
  readonly mtuBytes?: number;
  /** Links that join the two, 1 to 256: `lab0`, `lab1`, ..., each with a network of its own. @default 1 */
  readonly links?: number;
  /** Gives up and undoes what was done when it fires before the testbed is open. */
  readonly signal?: AbortSignal;
  readonly progress?: Progress;
}

/** Two namespace hosts on private links. */
export interface NetnsTestbed extends Testbed {
  readonly kind: "netns";
  /** First processes of the hosts, as this machine sees them, in the order of `hosts`. */
  readonly hostPids: readonly [number, number];
  /** The namespaces belong to a user namespace, since hoststack does not run as root. */
  readonly userNamespace: boolean;
}

/**
 * Opens two network namespaces of this machine joined by veth pairs, for everything that needs no
 * kernel or hardware of its own. Nothing of it shows on the machine; the kernel ends all of it when
 * this process dies. Without root it uses a user namespace.
 *
 * Throws CAPABILITY_MISSING when this machine allows no namespaces, TOOL_MISSING without util-linux or
 * iproute2, OPTIONS_INVALID, and INTERRUPTED when `signal` fires.
 */
export async function openNetnsTestbed(options: NetnsTestbedOptions = {}): Promise<NetnsTestbed> {
  const { hosts = ["client", "server"] as const, signal, progress } = options;
  const wiring = { mtuBytes: options.mtuBytes ?? 1500, links: options.links ?? 1 };
  checkOptions(hosts, wiring);
  const startedAt = performance.now();
  const root = process.getuid?.() === 0;
  const keeper = await startKeeper({ ...wiring, userNamespace: !root, signal });
  const readyMs = Math.round(performance.now() - startedAt);
  progress?.({ kind: "netns.ready", text: `${hosts.join(" and ")} are ready after ${readyMs} ms` });
  return testbedOf(keeper, { hosts, wiring, root });
}

function checkOptions(
  hosts: readonly [string, string],
  { mtuBytes, links }: Required<Wiring>,
): void {
  if (hosts[0] === hosts[1] || hosts.some((name) => name === "")) {
    throw hoststackError("OPTIONS_INVALID", "the two hosts need names, and different ones");
  }
  if (!Number.isInteger(mtuBytes) || mtuBytes < 68 || mtuBytes > 65535) {
    throw hoststackError(
      "OPTIONS_INVALID",
      `an MTU of ${mtuBytes} bytes is not within 68 to 65535`,
    );
  }
  if (!Number.isInteger(links) || links < 1 || links > mostLinks) {
    throw hoststackError("OPTIONS_INVALID", `${links} links are not within 1 to ${mostLinks}`);
  }
}

function testbedOf(
  keeper: Keeper,
  plan: { hosts: readonly [string, string]; wiring: Required<Wiring>; root: boolean },
): NetnsTestbed {
  const machine = { id: `machine-of-${hostname()}` };
  const userNamespace = !plan.root;
  const [first, second] = plan.hosts;
  const host = (name: string, holderPid: number) =>
    openHost({ name, machine, transport: openNetnsTransport({ name, holderPid, userNamespace }) });
  const hosts = [host(first, keeper.hostPids[0]), host(second, keeper.hostPids[1])];
  const capabilities = new Set<Capability>(plan.root ? ["root"] : []);
  return {
    kind: "netns",
    hosts,
    hostPids: keeper.hostPids,
    userNamespace,
    links: pairLinks(plan.hosts, plan.wiring),
    capabilities,
    missing: missingFromEmbedded("netns", capabilities, plan.hosts),
    evidence: "namespace",
    provenance: {
      kernel: release(),
      link: `${plan.wiring.links === 1 ? "veth pair" : `${plan.wiring.links} veth pairs`} between network namespaces`,
      privileges: plan.root ? "root" : "user namespace",
    },
    notices: [
      `${first} and ${second} are network namespaces of one machine: they share its kernel and CPUs, and no network card takes part`,
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
