import { didYouMean } from "../../errors/did-you-mean.js";
import { hoststackError } from "../../errors/error.js";
import { linkPairs } from "../file/link-pairs.js";
import type { TestbedFile, TestbedFileEnd } from "../file/schema.js";
import type { Link, LinkEnd } from "../testbed.js";
import { canonicalAddress, type Interface } from "./interfaces.js";
import type { HostProbe } from "./probe.js";

type Probes = ReadonlyMap<string, HostProbe>;
type FileLink = TestbedFile["links"][number];

/** Says what is wrong and what to do. */
type Complain = (text: string, fix: string) => undefined;

/** By name, else by MAC: a VLAN shares that of its card, and is the one with the address. */
function interfaceOf(end: TestbedFileEnd, probe: HostProbe): Interface | undefined {
  if (end.nic !== undefined) return probe.interfaces.find(({ name }) => name === end.nic);
  const wanted = (end.addresses ?? []).map(canonicalAddress);
  const fitting = probe.interfaces.filter(({ mac }) => mac === end.mac?.toLowerCase());
  const holder = fitting.find(({ addresses }) =>
    addresses.some((address) => wanted.includes(canonicalAddress(address))),
  );
  return holder ?? fitting.find(({ lower }) => lower === undefined);
}

function missingInterface(end: TestbedFileEnd, probe: HostProbe, complain: Complain): undefined {
  const names = probe.interfaces.map(({ name }) => name).filter((name) => name !== "lo");
  const has = `it has ${names.length === 0 ? "only lo" : names.join(", ")}`;
  if (end.nic === undefined) return complain(`there is no interface with MAC ${end.mac}`, has);
  return complain(`there is no interface ${end.nic}`, `${didYouMean(end.nic, names)}${has}`);
}

function checkState({ name, up, carrier }: Interface, complain: Complain): void {
  if (!up) complain(`${name} is down`, `bring it up: ip link set ${name} up`);
  else if (!carrier) {
    complain(`${name} has no carrier`, "check the cable, and that the other end is up");
  }
}

function addressesOf(
  end: TestbedFileEnd,
  { name, addresses }: Interface,
  complain: Complain,
): readonly string[] {
  const held = addresses.map(canonicalAddress);
  const has = held.length === 0 ? "it has none" : `it has ${held.join(", ")}`;
  const stated = (end.addresses ?? []).map(canonicalAddress);
  for (const address of stated.filter((one) => !held.includes(one))) {
    complain(
      `${name} has no address ${address}; ${has}`,
      "correct the file, or add it with: ip address add ADDRESS/LENGTH dev INTERFACE",
    );
  }
  if (stated.length === 0 && held.length === 0) {
    complain(`${name} has no address`, `add one: ip address add ADDRESS/LENGTH dev ${name}`);
  }
  return stated.length > 0 ? stated : held;
}

/** An end as it was found. */
interface FoundEnd {
  readonly end: LinkEnd;
  readonly mtuBytes: number;
}

function findEnd(end: TestbedFileEnd, probes: Probes, complain: Complain): FoundEnd | undefined {
  const probe = probes.get(end.host);
  if (probe === undefined) throw new Error(`every host of a link is probed, also ${end.host}`);
  const found = interfaceOf(end, probe);
  if (found === undefined) return missingInterface(end, probe, complain);
  checkState(found, complain);
  const [first, ...rest] = addressesOf(end, found, complain);
  if (first === undefined) return undefined;
  const { name: nic, mtuBytes } = found;
  return { end: { host: end.host, nic, addresses: [first, ...rest] }, mtuBytes };
}

function findPairs(
  link: FileLink,
  probes: Probes,
  complain: (text: string, fix: string) => undefined,
): readonly Link[] {
  const ends = link.ends.map((end) =>
    findEnd(end, probes, (text, fix) => complain(`${end.host}: ${text}`, fix)),
  );
  const found = ends.filter((end) => end !== undefined);
  const [first] = found;
  if (first === undefined || found.length < ends.length) return [];
  const wanted = link.mtuBytes ?? first.mtuBytes;
  for (const { end, mtuBytes } of found) {
    if (mtuBytes === wanted) continue;
    const other = found.length === 2 ? "the other end" : first.end.host;
    const who = link.mtuBytes === undefined ? `${other} has` : `the file says`;
    complain(
      `${end.host}: ${end.nic} has an MTU of ${mtuBytes} bytes, ${who} ${wanted}`,
      `set it: ip link set ${end.nic} mtu ${wanted}`,
    );
  }
  const pairs = linkPairs(link.name, found, ({ end }) => end.host);
  return pairs.map(({ name, ends: [one, other] }) => ({
    name,
    mtuBytes: wanted,
    ends: [one.end, other.end],
  }));
}

/**
 * The links of a testbed file as its hosts really have them. Throws LINK_UNUSABLE with everything
 * that is missing, down, or other than the file says.
 */
export function findLinks(file: TestbedFile, probes: Probes): readonly [Link, ...Link[]] {
  const lines: string[] = [];
  const links = file.links.flatMap((link) =>
    findPairs(link, probes, (text, fix) => {
      lines.push(`${link.name}: ${text}; ${fix}`);
      return undefined;
    }),
  );
  const [first, ...rest] = links;
  if (lines.length > 0 || first === undefined) {
    const what = "the links are not as the testbed file says";
    throw hoststackError("LINK_UNUSABLE", `${what}\n${lines.join("\n")}`, {
      details: { problems: lines },
    });
  }
  return [first, ...rest];
}
