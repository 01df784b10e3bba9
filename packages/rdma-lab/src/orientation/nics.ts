import { hoststackError } from "@hoststack/core";

/** Where a card sits on the PCI bus, and how wide its way to memory is. */
interface PciPlace {
  /** Domain, bus, device and function, e.g. `0000:3b:00.0`. */
  readonly address: string;
  /** Lanes in use, and those it could use; absent where there are no lanes (virtio). */
  readonly lanes?: number;
  readonly maxLanes?: number;
  /** Rate of a lane in use, as the kernel words it, e.g. `8.0 GT/s PCIe`. */
  readonly laneSpeed?: string;
  readonly maxLaneSpeed?: string;
}

/** What sysfs tells of an interface. */
export interface NicState {
  readonly name: string;
  /** False: up without a cable (NO-CARRIER). Absent where it is down, so that nobody can tell. */
  readonly carrier?: boolean;
  /** Absent where the driver does not know it. */
  readonly speedBitsPerS?: number;
  /** Absent where the machine tells none. */
  readonly numaNode?: number;
  readonly pci?: PciPlace;
}

const known = (word: string | undefined): string | undefined => (word === "-" ? undefined : word);

function count(word: string | undefined): number | undefined {
  const digits = /^\d+$/.exec(word ?? "")?.[0];
  return digits === undefined ? undefined : Number(digits);
}

/** Widths of 0 and 255 lanes and speeds called unknown are of devices that have none. */
function pciOf([address, , lanes, maxLanes, speed, maxSpeed]: readonly string[]):
  | PciPlace
  | undefined {
  if (!/^[0-9a-f]{4,}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-9a-f]$/i.test(address ?? "")) return undefined;
  const width = (word: string | undefined) => {
    const found = count(word);
    return found === undefined || found === 0 || found === 255 ? undefined : found;
  };
  const rate = (word: string | undefined) => (/^\d/.test(word ?? "") ? word : undefined);
  const fields = {
    lanes: width(lanes),
    maxLanes: width(maxLanes),
    laneSpeed: rate(speed),
    maxLaneSpeed: rate(maxSpeed),
  };
  const told = Object.entries(fields).filter(([, value]) => value !== undefined);
  return { address: address ?? "", ...Object.fromEntries(told) };
}

function nicOf(line: string): NicState {
  const [name = "", carrier, speed, ...place] = line.split("\t");
  if (place.length !== 6) {
    throw hoststackError("PARSE_FAILED", `orientation: "${line}" is not a network interface`);
  }
  const megabits = count(speed);
  const numaNode = count(place[1]);
  const pci = pciOf(place);
  return {
    name,
    ...(known(carrier) === undefined ? {} : { carrier: carrier === "1" }),
    ...(megabits === undefined || megabits === 0 ? {} : { speedBitsPerS: megabits * 1e6 }),
    ...(numaNode === undefined ? {} : { numaNode }),
    ...(pci === undefined ? {} : { pci }),
  };
}

/** Reads the lines of the orientation script about interfaces. Throws PARSE_FAILED. */
export function parseNics(text: string): NicState[] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map(nicOf);
}
