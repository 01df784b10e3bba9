import { createSocket } from "node:dgram";
import { once } from "node:events";
import { connect, createServer } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { freePort } from "../../src/experiment/free-port.js";
import type { Host } from "../../src/host/host.js";
import { openLocalTransport } from "../../src/host/local.js";
import { openNetnsTransport } from "../../src/host/netns.js";
import { openHost } from "../../src/host/open-host.js";
import { type Keeper, startKeeper } from "../../src/testbed/netns/keeper.js";

const userNamespace = process.getuid?.() !== 0;
const { signal } = new AbortController();
let keeper: Keeper;
let empty: Host;
let here: Host;
beforeEach(async () => {
  keeper = await startKeeper({ mtuBytes: 1500, userNamespace });
  const holderPid = keeper.hostPids[0];
  const machine = { id: "m" };
  const transport = openNetnsTransport({ name: "empty", holderPid, userNamespace });
  empty = openHost({ name: "empty", machine, transport });
  here = openHost({ name: "here", machine, transport: openLocalTransport() });
});
afterEach(async () => {
  await Promise.all([empty, here].map((host) => host[Symbol.asyncDispose]()));
  await keeper[Symbol.asyncDispose]();
});

/** A set of ports that this machine has free, counted from any trial. */
const freeIndex = async () => ((await freePort([here], { index: 200, signal })) - 12_000) / 64;

test("trials begin with ports of their own and count on around the end", async () => {
  expect(await freePort([empty], { index: 0, signal })).toBe(12_000);
  expect(await freePort([empty], { index: 3, signal })).toBe(12_192);
  expect(await freePort([empty], { index: 253, signal })).toBe(12_192);
});

test("a port that is listened to on one of the hosts is left alone", async () => {
  const index = await freeIndex();
  const server = createServer().listen(12_000 + 64 * index + 63, "127.0.0.1");
  await once(server, "listening");
  const ports = [[here], [empty], [empty, here]].map((hosts) => freePort(hosts, { index, signal }));
  const own = 12_000 + 64 * index;
  const [listening, other, both] = await Promise.all(ports);
  server.close();
  expect(other).toBe(own);
  expect(listening).toBeGreaterThan(own);
  expect(both).toBe(listening);
});

test("a UDP port is left alone too", async () => {
  const index = await freeIndex();
  const socket = createSocket("udp6").bind(12_000 + 64 * index);
  await once(socket, "listening");
  const found = await freePort([here], { index, signal });
  socket.close();
  expect(found).toBeGreaterThan(12_000 + 64 * index);
});

test("a port whose connection has just been closed is left alone", async () => {
  const index = await freeIndex();
  const port = 12_000 + 64 * index;
  const server = createServer((socket) => socket.end()).listen(port, "127.0.0.1");
  await once(server, "listening");
  const client = connect(port, "127.0.0.1").resume();
  await once(client, "close");
  server.close();
  await once(server, "close");
  expect(await freePort([here], { index, signal })).toBeGreaterThan(port);
});
