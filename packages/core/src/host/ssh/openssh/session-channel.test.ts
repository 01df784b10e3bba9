import { expect, test } from "vitest";
import { message, windowBytes } from "./message.js";
import { SessionChannel } from "./session-channel.js";
import { encodeFields, type Field, FieldReader } from "./wire.js";

const peer = { id: 9, windowBytes: 10, packetBytes: 4 };

/** A channel, and all that it sends. */
function openChannel() {
  const sent: { type: number; body: Buffer }[] = [];
  const channel = new SessionChannel(peer, (type, body, done) => {
    sent.push({ type, body });
    done?.();
  });
  const receive = (type: number, ...fields: Field[]) =>
    channel.receive(type, new FieldReader(encodeFields(...fields)));
  const types = () => sent.map(({ type }) => type);
  const input = () => {
    const pieces = sent.filter(({ type }) => type === message.data);
    return pieces.map(({ body }) => body.subarray(8).toString());
  };
  return { channel, receive, sent, types, input };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

test("input goes out in pieces the server takes, and waits for room", async () => {
  const { channel, receive, input } = openChannel();
  channel.stdin.write("0123456789abc");
  await settled();
  expect(input()).toEqual(["0123", "4567", "89"]);
  receive(message.windowAdjust, 5);
  expect(input()).toEqual(["0123", "4567", "89", "abc"]);
});

test("room is granted for output that was read, and for none that waits", async () => {
  const { channel, receive, types } = openChannel();
  const chunk = Buffer.alloc(32 * 1024);
  for (let bytes = 0; bytes < windowBytes; bytes += chunk.length) receive(message.data, chunk);
  await settled();
  expect(types()).not.toContain(message.windowAdjust);
  channel.stdout.resume();
  await settled();
  expect(types()).toContain(message.windowAdjust);
});

test("standard error has its own stream and the same window", async () => {
  const { channel, receive } = openChannel();
  receive(message.extendedData, 1, "err");
  receive(message.data, "out");
  await settled();
  expect([String(channel.stderr.read()), String(channel.stdout.read())]).toEqual(["err", "out"]);
});

test.each([
  ["status", [message.request, "exit-status", false, 137], { exitCode: 137 }],
  ["signal", [message.request, "exit-signal", false, "KILL", false, "", ""], { signal: "SIGKILL" }],
] as const)("a program's %s is what the server says", async (_, [type, ...fields], end) => {
  const { channel, receive, types } = openChannel();
  receive(type, ...fields);
  receive(message.endOfFile);
  receive(message.close);
  expect(await channel.closed).toEqual(end);
  expect(types()).toContain(message.close);
});

test("a lost connection leaves the end unknown", async () => {
  const { channel } = openChannel();
  channel.lose();
  expect(await channel.closed).toBeUndefined();
  expect(channel.stdin.writable).toBe(false);
});

test("a server that asks whether we are alive gets an answer", () => {
  const { receive, types } = openChannel();
  receive(message.request, "keepalive@openssh.com", true);
  expect(types()).toEqual([message.failure]);
});

test("nothing follows our close, and input is dropped", async () => {
  const { channel, types } = openChannel();
  channel.destroy();
  channel.stdin.write("late");
  channel.destroy();
  await settled();
  expect(types()).toEqual([message.close]);
});
