/** A network interface of a host. */
export interface Interface {
  readonly name: string;
  /** Set up by its administrator. */
  readonly up: boolean;
  /** Something answers at the other end of the cable. */
  readonly carrier: boolean;
  readonly mtuBytes: number;
  /** MAC address, or the 20 bytes an InfiniBand interface has. */
  readonly mac?: string;
  /** Interface it lies on, e.g. that of a VLAN. */
  readonly lower?: string;
  /** Bond, bridge or VRF it belongs to. */
  readonly master?: string;
  /** In the kernel's order, IPv4 first, without prefix length and without link-local IPv6. */
  readonly addresses: readonly string[];
}

const linkLine = /^\d+: ([^\s:@]+)(?:@([^\s:]+))?: <([^>]*)> mtu (\d+)(.*)$/;
const addressLine = /^\d+: ([^\s@]+)\S*\s+inet6? ([0-9a-f.:]+)/i;

/** The other end of a veth in another namespace shows as `@if5`, which is no interface here. */
const isForeign = (lower: string): boolean => /^if\d+$/.test(lower);

function addressesByName(addr: string): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const line of addr.split("\n")) {
    const [, name, address] = addressLine.exec(line) ?? [];
    if (name === undefined || address === undefined || /^fe[89ab]/i.test(address)) continue;
    found.set(name, [...(found.get(name) ?? []), address]);
  }
  return found;
}

/** Reads `ip -o link show` and `ip -o addr show`, of iproute2 or busybox. */
export function readInterfaces(link: string, addr: string): Interface[] {
  const addresses = addressesByName(addr);
  return link.split("\n").flatMap((line): Interface[] => {
    const [, name, lower, flags = "", mtu, rest = ""] = linkLine.exec(line) ?? [];
    if (name === undefined) return [];
    const set = flags.split(",");
    const mac = /\blink\/\S+ ((?:[0-9a-f]{2}:)+[0-9a-f]{2})\b/i.exec(rest)?.[1]?.toLowerCase();
    const master = / master (\S+)/.exec(rest)?.[1];
    const own = addresses.get(name) ?? [];
    return [
      {
        name,
        up: set.includes("UP"),
        carrier: set.includes("LOWER_UP"),
        mtuBytes: Number(mtu),
        ...(mac === undefined ? {} : { mac }),
        ...(lower === undefined || isForeign(lower) ? {} : { lower }),
        ...(master === undefined ? {} : { master }),
        addresses: [
          ...own.filter((address) => !address.includes(":")),
          ...own.filter((address) => address.includes(":")),
        ],
      },
    ];
  });
}

/** An address in its one canonical form, so that two spellings compare equal. */
export function canonicalAddress(address: string): string {
  if (!address.includes(":")) return address;
  const url = `http://[${address}]/`;
  return URL.canParse(url) ? new URL(url).hostname.slice(1, -1) : address;
}

/** The interfaces that carry what is sent on one: itself, those below it, the members of a bond. */
export function carriersOf(name: string, interfaces: readonly Interface[]): Set<string> {
  const found = new Set([name]);
  for (const one of found) {
    const lower = interfaces.find((each) => each.name === one)?.lower;
    if (lower !== undefined) found.add(lower);
    for (const member of interfaces) if (member.master === one) found.add(member.name);
  }
  return found;
}
