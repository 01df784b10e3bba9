import { createSocket } from "node:dgram";
import { once } from "node:events";
import { type Hub, startHub } from "./hub.js";
import type { Wire } from "./qemu-argv.js";

/** What joins the data cards of guests; disposing it, after them, ends it. */
export interface DataNetwork extends AsyncDisposable {
  /** The guests' ends, in their order; socket paths are relative to each QEMU's directory. */
  readonly wires: readonly Wire[];
  /** More than two guests are on it; two have a wire of their own. */
  readonly hub?: Hub;
}

/** Both ends of one wire. */
type WireEnds = readonly [Wire, Wire];

/**
 * What joins guests whose QEMUs run in directories below `directory`: two a wire, more a hub. Its sockets are in that
 * directory, or ports of 127.0.0.1 before QEMU 7.2. Throws GUEST_FAILED when the hub does not start.
 */
export async function openDataNetwork(
  kind: Wire["kind"],
  { guests, directory }: { readonly guests: number; readonly directory: string },
): Promise<DataNetwork> {
  if (guests === 2) {
    const wires = await wireBetween(kind, ["../wire-1", "../wire-2"]);
    return { wires, [Symbol.asyncDispose]: () => Promise.resolve() };
  }
  // hosts are not named so, and guests run one directory below the hub
  const ends: WireEnds[] = [];
  for (let guest = 1; guest <= guests; guest++) {
    ends.push(await wireBetween(kind, [`.wire-${guest}`, `.hub-${guest}`]));
  }
  const hub = await startHub(
    ends.map(([, own]) => own),
    directory,
  );
  return {
    wires: ends.map(([own]) => below(own)),
    hub,
    [Symbol.asyncDispose]: async () => await hub[Symbol.asyncDispose](),
  };
}

/** The same wire for a QEMU one directory further down. */
const below = (wire: Wire): Wire =>
  wire.kind === "udp" ? wire : { ...wire, own: `../${wire.own}`, peer: `../${wire.peer}` };

async function wireBetween(
  kind: Wire["kind"],
  [first, second]: readonly [string, string],
): Promise<WireEnds> {
  if (kind === "unix") {
    return [
      { kind, own: first, peer: second },
      { kind, own: second, peer: first },
    ];
  }
  const [one, other] = await freeUdpPorts();
  return [
    { kind, ownPort: one, peerPort: other },
    { kind, ownPort: other, peerPort: one },
  ];
}

async function freeUdpPorts(): Promise<readonly [number, number]> {
  const sockets = [createSocket("udp4"), createSocket("udp4")] as const;
  for (const socket of sockets) {
    socket.bind(0, "127.0.0.1");
    await once(socket, "listening");
  }
  const ports = [sockets[0].address().port, sockets[1].address().port] as const;
  for (const socket of sockets) socket.close();
  return ports;
}
