import type { Socket } from "node:net";

/** Only packets of a stream of data are worth it. */
const smallestBytes = 16_384;
/** What the window of a channel has room for, 2 MiB with OpenSSH, in packets of 32 KiB. */
const mostKept = 64;
/** Lengths of packet and padding, in front of the payload. */
const headerBytes = 5;

/** What encrypts the packets of a connection, as the library has it. */
export interface PacketCipher {
  /** Memory for a packet around so many bytes, its header written. */
  allocPacket(payloadBytes: number): Buffer;
}

/**
 * Has packets that were written lend their memory to later ones. The library takes new memory for each 32 KiB,
 * outside of the heap, and the collector that gives it back takes as long as half the encryption of a large file.
 * Padding is what was encrypted there before.
 */
export class PacketMemory {
  /** Where packets go back to once they are written. */
  readonly #origins = new WeakMap<object, Buffer[]>();

  /**
   * @param socket What the library writes its packets to, one by one and without a callback. Only a socket's own
   * callback means that nobody reads the memory any more; that of a stream around others may mean that it waits.
   */
  constructor(socket: Socket) {
    const write = socket.write.bind(socket) as (...args: unknown[]) => boolean;
    socket.write = (...args: unknown[]) => {
      const [packet] = args;
      const free = packet instanceof Buffer ? this.#origins.get(packet) : undefined;
      if (free === undefined || args.length > 1) return write(...args);
      return write(packet, (error: unknown) => {
        if (!error && free.length < mostKept) free.push(packet as Buffer);
      });
    };
  }

  /**
   * From now on a cipher's packets of the largest size, those of a long stream, are of this memory. A cipher that
   * does not encrypt in place writes none of its packets: each is new.
   */
  serve(cipher: PacketCipher): void {
    const allocate = cipher.allocPacket.bind(cipher);
    let largest = smallestBytes - 1;
    let free: Buffer[] = [];
    let header: Buffer | undefined;
    cipher.allocPacket = (payloadBytes) => {
      if (payloadBytes < largest) return allocate(payloadBytes);
      const used = payloadBytes === largest ? free.pop() : undefined;
      if (used !== undefined && header !== undefined) {
        used.set(header);
        return used;
      }
      const packet = allocate(payloadBytes);
      if (payloadBytes > largest) {
        free = [];
        largest = payloadBytes;
        header = Buffer.from(packet.subarray(0, headerBytes));
      }
      this.#origins.set(packet, free);
      return packet;
    };
  }
}
