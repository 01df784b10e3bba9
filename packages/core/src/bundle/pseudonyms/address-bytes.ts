/** The four bytes of an IPv4 address as it is written; undefined for what is none. */
export function readIpv4(text: string): readonly number[] | undefined {
  const bytes = text.split(".").map(Number);
  const whole = bytes.length === 4 && bytes.every((byte) => byte >= 0 && byte <= 255);
  return whole ? bytes : undefined;
}

/** Eight groups of an IPv6 address; undefined for what is none. */
export function readIpv6(text: string): readonly number[] | undefined {
  const tail = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text);
  const [, head = text, dotted] = tail ?? [];
  const four = dotted === undefined ? [] : readIpv4(dotted);
  if (four === undefined) return undefined;
  const [a = 0, b = 0, c = 0, d = 0] = four;
  const last = dotted === undefined ? [] : [a * 256 + b, c * 256 + d];
  const halves = (dotted === undefined ? head : head.replace(/([^:]):$/, "$1")).split("::");
  const groups = halves.map((half) => (half === "" ? [] : half.split(":")));
  if (halves.length > 2 || groups.flat().some((group) => !/^[0-9a-f]{1,4}$/i.test(group))) {
    return undefined;
  }
  const [front = [], back = []] = groups.map((half) => half.map((one) => Number.parseInt(one, 16)));
  const known = front.length + back.length + last.length;
  if (halves.length === 1) return known === 8 ? [...front, ...last] : undefined;
  return known > 7 ? undefined : [...front, ...Array(8 - known).fill(0), ...back, ...last];
}

/** An IPv6 address in its one short form. */
export const shortIpv6 = (groups: readonly number[]): string =>
  new URL(`http://[${groups.map((group) => group.toString(16)).join(":")}]/`).hostname.slice(1, -1);

/** The same as the kernel's files below /sys and GIDs show it: four digits in each group. */
export const longIpv6 = (groups: readonly number[]): string =>
  groups.map((group) => group.toString(16).padStart(4, "0")).join(":");

/** Pairs of hexadecimal digits. */
export const hexPairs = (bytes: Iterable<number>): string[] =>
  [...bytes].map((byte) => byte.toString(16).padStart(2, "0"));
