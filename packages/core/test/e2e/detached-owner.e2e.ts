import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Detached } from "../../src/host/detached/detached.js";
import { findDetached } from "../../src/host/detached/find.js";
import { followDetached } from "../../src/host/detached/follow.js";
import { beatDetached } from "../../src/host/detached/lease.js";
import { startDetached } from "../../src/host/detached/start.js";
import { stopDetached } from "../../src/host/detached/stop.js";
import type { Host } from "../../src/host/host.js";
import { openLocalTransport } from "../../src/host/local.js";
import { openHost } from "../../src/host/open-host.js";
import { openSshTransport } from "../../src/host/ssh.js";
import type { Transport } from "../../src/host/transport.js";
import { openSshServer } from "../support/ssh-server.js";
import { bundledScript } from "./vm-bundled-script.js";

const notRoot = process.getuid?.() !== 0;
const counting = 'i=0; while :; do i=$((i+1)); echo "$i"; sleep 0.1; done';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "hoststack-test-"));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const hostOf = (transport: Transport): Host =>
  openHost({ name: "server", machine: { id: "server" }, transport });

/** Reads lines until one has this number; says with which byte the next one begins. */
async function countedTo(
  host: Host,
  of: { found: Detached; number: number; offset: number },
): Promise<{ text: string; offset: number }> {
  const { found, number } = of;
  let { offset } = of;
  let text = "";
  for await (const piece of followDetached(host, found, { offset, intervalMs: 50 })) {
    offset += piece.length;
    text += Buffer.from(piece).toString();
    if (text.split("\n").includes(String(number)) && text.endsWith("\n")) return { text, offset };
  }
  throw new Error("it ended early");
}

/** Runs a controller that starts the command and keeps its lease, and kills it (SIGKILL). */
async function startedByKilledController(name: string, open: string): Promise<void> {
  const request = JSON.stringify({
    id: "one",
    command: { argv: ["sh", "-c", counting] },
    directory,
    leaseMs: 4000,
  });
  const script = await bundledScript(
    name,
    `import { beatDetached } from "#core/host/detached/lease.ts";
    import { startDetached } from "#core/host/detached/start.ts";
    import { openHost } from "#core/host/open-host.ts";
    ${open}
    const host = openHost({ name: "h", machine: { id: "m" }, transport });
    beatDetached(host, await startDetached(host, ${request}));
    process.stdout.write("up");`,
  );
  const controller = spawn(process.execPath, [script], { stdio: ["ignore", "pipe", "inherit"] });
  await once(controller.stdout, "data");
  controller.kill("SIGKILL");
  await once(controller, "exit");
  await rm(script);
}

/** Another controller takes the command over, and then neglects it. */
async function takenOver(host: Host): Promise<void> {
  await sleep(1000);
  const [found] = await findDetached(host, directory);
  expect(found).toMatchObject({ id: "one", leaseMs: 4000, state: { state: "running" } });
  if (found === undefined) return;
  {
    using _ = beatDetached(host, found);
    await countedTo(host, { found, number: 50, offset: 0 });
  }
  for (let tries = 0; tries < 200; tries++) {
    const [now] = await findDetached(host, directory);
    if (now?.state.state !== "running") break;
    await sleep(50);
  }
  const [end] = await findDetached(host, directory);
  expect(end?.state).toMatchObject({ state: "ended", leaseExpired: true });
}

test("on this machine it outlives a controller that is killed, until the lease expires", async () => {
  await startedByKilledController(
    "detached-local",
    'import { openLocalTransport } from "#core/host/local.ts"; const transport = openLocalTransport();',
  );
  await using host = hostOf(openLocalTransport());
  await takenOver(host);
});

test.skipIf(notRoot)("over SSH it outlives a controller that is killed", async () => {
  await using server = await openSshServer();
  await startedByKilledController(
    "detached-ssh",
    `import { openSshTransport } from "#core/host/ssh.ts";
    const transport = await openSshTransport(${JSON.stringify(server.options)});`,
  );
  await using host = hostOf(await openSshTransport(server.options));
  await takenOver(host);
});

test.skipIf(notRoot)("it outlives the connection, and is read on from the same byte", async () => {
  await using server = await openSshServer();
  const first = hostOf(await openSshTransport(server.options));
  const command = { argv: ["sh", "-c", counting] } as const;
  const started = await startDetached(first, { id: "one", command, directory, leaseMs: 60_000 });
  const before = await countedTo(first, { found: started, number: 5, offset: 0 });
  const pending = first.run({ argv: ["sleep", "100"] }).catch((error: unknown) => error);
  await sleep(300);
  server.cutConnections();
  expect(await pending).toMatchObject({ code: "HOST_UNREACHABLE" });
  await first[Symbol.asyncDispose]();
  // Longer than the host waits before it kills what belongs to a lost connection.
  await sleep(3000);
  await using host = hostOf(await openSshTransport(server.options));
  expect(await findDetached(host, directory)).toEqual([started]);
  const after = await countedTo(host, { found: started, number: 30, offset: before.offset });
  const numbers = (before.text + after.text).trimEnd().split("\n").map(Number);
  expect(numbers).toEqual(numbers.map((_, index) => index + 1));
  expect((await stopDetached(host, started)).state).toMatchObject({ signal: "SIGTERM" });
});
