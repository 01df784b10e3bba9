import { Writable } from "node:stream";
import type { Client } from "ssh2";
import type { PacketCipher } from "./packet-memory.js";

/** What a client writes its packets to. The library keeps it to itself: undefined where it keeps it elsewhere. */
export function streamOf(client: Client): Writable | undefined {
  const { _sock } = client as { _sock?: unknown };
  return _sock instanceof Writable ? _sock : undefined;
}

/** What encrypts a client's packets until keys are exchanged again; undefined as above. */
export function cipherOf(client: Client): PacketCipher | undefined {
  const { _protocol } = client as { _protocol?: { readonly _cipher?: Partial<PacketCipher> } };
  const cipher = _protocol?._cipher;
  return typeof cipher?.allocPacket === "function" ? (cipher as PacketCipher) : undefined;
}
