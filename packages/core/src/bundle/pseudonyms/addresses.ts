import { hexPairs, longIpv6, readIpv4, readIpv6, shortIpv6 } from "./address-bytes.js";
import type { PseudonymDraw } from "./draw.js";

/** Addresses that mean the same everywhere: this host, any host, everybody, several, and masks. */
const common4 = /^(?:0|127|255|22[4-9]|23\d)\./;

/** The last byte of an address of a network; the network and everybody in it stay what they are. */
const hostByte = (bytes: Buffer): number => 1 + ((bytes[0] ?? 0) % 254);

/**
 * An IPv4 address of the block for benchmarks (RFC 2544, 198.18.0.0/15). Addresses that share their first three
 * bytes still do.
 */
export function ipv4Pseudonym(text: string, draw: PseudonymDraw): string {
  const bytes = readIpv4(text);
  if (bytes === undefined || common4.test(text)) return text;
  const network = bytes.slice(0, 3).join(".");
  const prefix = draw.draw("ipv4 network", network, ([a = 0, b = 0]) => `198.${18 + (a % 2)}.${b}`);
  const last = bytes[3] ?? 0;
  if (last === 0 || last === 255) return `${prefix}.${last}`;
  return draw.draw("ipv4", text, (drawn) => `${prefix}.${hostByte(drawn)}`);
}

/** The eight bytes that tell an interface: the end of an IPv6 address or GID, or a GUID by itself. */
function interfaceId(groups: readonly number[], draw: PseudonymDraw): readonly number[] {
  if (groups.every((group) => group === 0)) return groups;
  const made = draw.draw("interface", longIpv6(groups), (bytes) =>
    longIpv6([0, 2, 4, 6].map((at) => bytes.readUInt16BE(at))),
  );
  return made.split(":").map((group) => Number.parseInt(group, 16));
}

/** The network part; link-local and well-known ones tell nothing and stay. */
function networkPart(groups: readonly number[], draw: PseudonymDraw): readonly number[] {
  if (groups.every((group) => group === 0) || groups[0] === 0xfe80) return groups;
  const made = draw.draw("ipv6 network", longIpv6(groups), (bytes) =>
    longIpv6([0x2001, 0xdb8, bytes.readUInt16BE(0), bytes.readUInt16BE(2)]),
  );
  return made.split(":").map((group) => Number.parseInt(group, 16));
}

/** The groups of an IPv6 address or GID under pseudonyms: of the block for documentation (2001:db8::/32). */
function ipv6Groups(groups: readonly number[], draw: PseudonymDraw): readonly number[] {
  const [first = 0] = groups;
  // no host, this host, several hosts
  if (groups.slice(0, 7).every((group) => group === 0) || first >= 0xff00) return groups;
  if (groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff) {
    const [high = 0, low = 0] = groups.slice(6);
    const inner = [high >> 8, high & 255, low >> 8, low & 255].join(".");
    const [a = 0, b = 0, c = 0, d = 0] = readIpv4(ipv4Pseudonym(inner, draw)) ?? [];
    return [...groups.slice(0, 6), a * 256 + b, c * 256 + d];
  }
  return [...networkPart(groups.slice(0, 4), draw), ...interfaceId(groups.slice(4), draw)];
}

/** An IPv6 address or GID in the form it had: short, or all digits. */
export function ipv6Pseudonym(text: string, draw: PseudonymDraw): string {
  const groups = readIpv6(text);
  if (groups === undefined) return text;
  const made = ipv6Groups(groups, draw);
  if (made === groups) return text;
  return /^(?:[0-9a-f]{4}:){7}[0-9a-f]{4}$/i.test(text) ? longIpv6(made) : shortIpv6(made);
}

/** A GID as perftest prints it: sixteen bytes in decimal. */
export function decimalGidPseudonym(text: string, draw: PseudonymDraw): string {
  const bytes = text.split(":").map(Number);
  const groups = Array.from({ length: 8 }, (_, at) => {
    const [high = 0, low = 0] = bytes.slice(2 * at, 2 * at + 2);
    return high * 256 + low;
  });
  const made = ipv6Groups(groups, draw).flatMap((group) => [group >> 8, group & 255]);
  return made.map((byte) => String(byte).padStart(2, "0")).join(":");
}

/** A GUID of four groups, as the kernel shows it, or of sixteen digits. */
export function guidPseudonym(text: string, draw: PseudonymDraw): string {
  const plain = text.replace(/^0x/i, "").replaceAll(":", "");
  const groups = [0, 4, 8, 12].map((at) => Number.parseInt(plain.slice(at, at + 4), 16));
  const made = longIpv6(interfaceId(groups, draw));
  if (text.includes(":")) return made;
  return `${/^0x/i.exec(text)?.[0] ?? ""}${made.replaceAll(":", "")}`;
}

/** A MAC address nobody sells: locally administered. Hardware addresses of InfiniBand keep their length. */
export function macPseudonym(text: string, draw: PseudonymDraw): string {
  const mark = text.includes("-") ? "-" : ":";
  const plain = text.toLowerCase().replaceAll(/[-:]/g, "");
  if (/^(?:0+|f+)$/.test(plain)) return text;
  const made = draw.draw("mac", plain, (bytes) => {
    const own = Buffer.from(bytes.subarray(0, plain.length / 2));
    own[0] = ((own[0] ?? 0) & 0xfc) | 2;
    return hexPairs(own).join("");
  });
  return (made.match(/../g) ?? []).join(mark);
}

/** An identifier of 128 bits, as boots and machines have them. */
export const uuidPseudonym = (text: string, draw: PseudonymDraw): string =>
  draw.draw("uuid", text, (bytes) => {
    const plain = bytes.toString("hex", 0, 16);
    return plain.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  });
