import { createServer } from "node:net";
import { afterAll, describe, expect, test } from "vitest";
import type { Host } from "../host/host.js";
import { openLocalTransport } from "../host/local.js";
import { openHost } from "../host/open-host.js";
import { waitUntilReady } from "./readiness.js";

const local = openHost({ name: "node1", machine: { id: "one" }, transport: openLocalTransport() });
afterAll(() => local[Symbol.asyncDispose]());

/** This machine with less patience than an experiment has. */
const impatient: Host = {
  ...local,
  run: (command, options) => local.run(command, { ...options, deadlineMs: 300 }),
};

const { signal } = new AbortController();
const process = { id: "server", host: impatient, line: new Promise<void>(() => {}), signal };

// ports are read from /proc
describe.skipIf(globalThis.process.platform !== "linux")("a process that is to open a port", () => {
  test("is ready once it listens, and NOT_READY when it does not in time", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const address = server.address();
    const port = typeof address === "object" ? (address?.port ?? 0) : 0;
    const ready = { kind: "listening", protocol: "tcp", port } as const;
    await expect(waitUntilReady(ready, { ...process, host: local })).resolves.toBeUndefined();
    await new Promise((resolve) => server.close(resolve));
    await expect(waitUntilReady(ready, process)).rejects.toMatchObject({
      code: "NOT_READY",
      message: `server on node1 opened no tcp port ${port} within 30 s`,
    });
  });
});
