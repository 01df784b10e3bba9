import { readIpv4, readIpv6 } from "./address-bytes.js";
import {
  decimalGidPseudonym,
  guidPseudonym,
  ipv4Pseudonym,
  ipv6Pseudonym,
  macPseudonym,
  uuidPseudonym,
} from "./addresses.js";
import type { PseudonymDraw } from "./draw.js";

/** What is recognised by its looks alone. */
interface Pattern {
  readonly name: string;
  readonly source: string;
  readonly pseudonym: (text: string, draw: PseudonymDraw) => string;
}

/** Nothing that would make it part of something longer. */
const alone = (source: string): string => `(?<![0-9A-Za-z:])${source}(?![0-9A-Za-z:])`;

/** In the order in which they are tried where several fit. */
export const patterns: readonly Pattern[] = [
  {
    name: "uuid",
    source: alone("[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"),
    pseudonym: uuidPseudonym,
  },
  {
    name: "gid",
    source: alone(String.raw`(?:\d{2,3}:){15}\d{2,3}`),
    pseudonym: decimalGidPseudonym,
  },
  {
    name: "mac",
    source: `${alone("(?:[0-9A-Fa-f]{2}:){19}[0-9A-Fa-f]{2}")}|${alone("(?:[0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}")}|${alone("(?:[0-9A-Fa-f]{2}-){5}[0-9A-Fa-f]{2}")}`,
    pseudonym: macPseudonym,
  },
  {
    name: "guid",
    source: `${alone("(?:[0-9A-Fa-f]{4}:){3}[0-9A-Fa-f]{4}")}|${String.raw`(?<=guid\W{0,8})(?:0x)?[0-9A-Fa-f]{16}(?![0-9A-Za-z])`}`,
    pseudonym: guidPseudonym,
  },
  {
    name: "ipv6",
    source: String.raw`(?<![0-9A-Za-z:.])(?:[0-9A-Fa-f]{0,4}:){2,7}(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9A-Fa-f]{0,4})(?![0-9A-Za-z:])`,
    pseudonym: ipv6Pseudonym,
  },
  {
    name: "ipv4",
    source: String.raw`(?<![0-9A-Za-z.])\d{1,3}(?:\.\d{1,3}){3}(?![0-9A-Za-z]|\.\d)`,
    pseudonym: ipv4Pseudonym,
  },
];

/** Whether a text that looks like one pattern is one; e.g. a time of day looks like an IPv6 address. */
export function isReally(name: string, text: string): boolean {
  if (name === "ipv4") return readIpv4(text) !== undefined;
  return name !== "ipv6" || readIpv6(text) !== undefined;
}
