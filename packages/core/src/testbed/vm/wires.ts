import { createSocket } from "node:dgram";
import { once } from "node:events";
import type { Wire } from "./qemu-argv.js";

/** Both ends of the wire between two guests; socket paths are relative to each QEMU's directory. */
export async function wireBetween(kind: Wire["kind"]): Promise<readonly [Wire, Wire]> {
  if (kind === "unix") {
    const [first, second] = ["../wire-1", "../wire-2"] as const;
    return [
      { kind, own: first, peer: second },
      { kind, own: second, peer: first },
    ];
  }
  const [first, second] = await freeUdpPorts();
  return [
    { kind, ownPort: first, peerPort: second },
    { kind, ownPort: second, peerPort: first },
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
