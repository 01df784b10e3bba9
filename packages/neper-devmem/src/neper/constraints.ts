import type { NeperEnd, NeperOptions } from "./options.js";

type Rule = readonly [field: keyof NeperOptions, broken: boolean, message: string];

/** Of any program, at either end. */
const commonRules = (given: NeperOptions): Rule[] => [
  [
    "sourcePort",
    given.sourcePort !== undefined && given.localAddresses !== undefined,
    "excludes localAddresses",
  ],
  [
    "sourcePort",
    (given.sourcePort ?? 0) + (given.flows ?? 1) > 65_536,
    "leaves too few ports for all flows",
  ],
  ["port", (given.port ?? 12_867) + (given.ports ?? 1) > 65_536, "leaves too few ports"],
  ["port", overlaps(given), "and those that follow it must not include controlPort"],
  [
    "transactions",
    given.transactions !== undefined && given.durationS !== undefined,
    "excludes durationS",
  ],
  ["rxZeroCopy", given.rxZeroCopy === true && given.skipRxCopy === true, "excludes skipRxCopy"],
  ["noBurstNs", (given.noBurstNs ?? 0) > 0 && (given.delayNs ?? 0) > 0, "excludes delayNs"],
  // upstream's own test of it stalls: the server stops writing on a socket it never gave away
  [
    "reverse",
    given.reverse === true && given.splitBidirectional === true,
    "excludes splitBidirectional",
  ],
];

function overlaps({ controlPort = 12_866, port = 12_867, ports = 1 }: NeperOptions): boolean {
  return controlPort >= port && controlPort < port + ports;
}

/** A client has all flows, a server only listens. */
function roleRules({ program, role }: NeperEnd, given: NeperOptions): Rule[] {
  const { flows = 1, threads = 1, localAddresses = [] } = given;
  const psp = program.startsWith("psp_");
  if (role === "server") {
    return [
      ["localAddresses", localAddresses.length > 0, "is for clients"],
      ["waitStartS", given.waitStartS !== undefined, "is for clients"],
      ["rttFile", given.rttFile !== undefined, "is for clients"],
      ["host", psp && given.host === undefined, "is needed by PSP to find the device"],
    ];
  }
  return [
    ["host", given.host === undefined, "is needed by clients"],
    ["threads", threads > flows, `are more than ${flows} flows`],
    ["localAddresses", localAddresses.length > flows, `are more than ${flows} flows`],
    ["localAddresses", psp && localAddresses.length === 0, "are needed by PSP to find the device"],
  ];
}

/** The rules that options of one end break, by field. */
export const constraintsOf = (
  end: NeperEnd,
  given: NeperOptions,
): readonly (readonly [field: string, message: string])[] =>
  [...commonRules(given), ...roleRules(end, given)]
    .filter(([, broken]) => broken)
    .map(([field, , message]) => [field, message]);
