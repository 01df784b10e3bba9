import type { Socket } from "node:net";
import { Writable } from "node:stream";
import { expect, test } from "vitest";
import { type PacketCipher, PacketMemory } from "./packet-memory.js";

const large = 32_777;

/** As the library's: lengths in front, encrypted where the packet is. */
const cipherLike = (): PacketCipher => ({
  allocPacket: (bytes) => {
    const packet = Buffer.alloc(5 + bytes + 8);
    packet.writeUInt32BE(bytes, 0);
    packet[4] = 8;
    return packet;
  },
});

/** A stream that has written a packet when it is told so. */
function openStream() {
  const waiting: ((error?: Error) => void)[] = [];
  const stream: Writable = new Writable({
    highWaterMark: 2 ** 30,
    write: (_chunk, _encoding, done) => void waiting.push(done),
  });
  stream.on("error", () => {});
  const cipher = cipherLike();
  new PacketMemory(stream as Socket).serve(cipher);
  const send = (bytes: number) => {
    const packet = cipher.allocPacket(bytes);
    packet.fill(255);
    stream.write(packet);
    return packet;
  };
  const written = async (error?: Error) => {
    waiting.shift()?.(error);
    await new Promise(setImmediate);
  };
  return { stream, cipher, send, written };
}

test("a packet that is written lends its memory to the next of its size", async () => {
  const { cipher, send, written } = openStream();
  const first = send(large);
  await written();
  const next = cipher.allocPacket(large);
  expect(next).toBe(first);
  expect(next.readUInt32BE(0)).toBe(large);
  expect(next[4]).toBe(8);
  expect(cipher.allocPacket(large)).not.toBe(first);
});

test("a packet that still waits to be written is nobody else's", async () => {
  const { cipher, send, written } = openStream();
  const [first, second] = [send(large), send(large)];
  await written();
  expect(cipher.allocPacket(large)).toBe(first);
  expect([first, second]).not.toContain(cipher.allocPacket(large));
});

test("other sizes have memory of their own", async () => {
  const { cipher, send, written } = openStream();
  for (const bytes of [100, large, large - 1]) {
    const sent = send(bytes);
    await written();
    if (bytes !== large) expect(cipher.allocPacket(bytes)).not.toBe(sent);
  }
  expect(cipher.allocPacket(large + 8).length).toBe(large + 21);
});

test("of a connection that fails nothing is used again", async () => {
  const { cipher, send, written } = openStream();
  const sent = send(large);
  await written(new Error("cut"));
  expect(cipher.allocPacket(large)).not.toBe(sent);
});

test("a packet somebody wants to hear of is written as it is", async () => {
  const { cipher, stream, written } = openStream();
  const packet = cipher.allocPacket(large);
  const heard = new Promise((resolve) => {
    stream.write(packet, resolve);
  });
  await written();
  await heard;
  expect(cipher.allocPacket(large)).not.toBe(packet);
});

test("no more is kept than the window of a channel has room for", async () => {
  const { cipher, send, written } = openStream();
  const sent = new Set(Array.from({ length: 200 }, () => send(large)));
  for (let index = 0; index < 200; index++) await written();
  const again = Array.from({ length: 200 }, () => cipher.allocPacket(large));
  expect(again.filter((packet) => sent.has(packet))).toHaveLength(64);
});
