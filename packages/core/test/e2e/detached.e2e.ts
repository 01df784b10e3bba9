import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Detached } from "../../src/host/detached/detached.js";
import { findDetached, findOne } from "../../src/host/detached/find.js";
import { followDetached } from "../../src/host/detached/follow.js";
import { beatDetached, renewDetached } from "../../src/host/detached/lease.js";
import { startDetached } from "../../src/host/detached/start.js";
import { stopDetached } from "../../src/host/detached/stop.js";
import type { Host } from "../../src/host/host.js";
import { openLocalTransport } from "../../src/host/local.js";
import { openHost } from "../../src/host/open-host.js";
import type { Transport } from "../../src/host/transport.js";
import { isGone, shell } from "../../src/testing/transport-contract/collect.js";
import { busyboxShell } from "../support/busybox-shell.js";
import { carriers } from "../support/carriers.js";
import { openSshServer, type SshServer } from "../support/ssh-server.js";

const leaseMs = 60_000;

/** Says its id and that of a child that does not mind SIGTERM. */
const family = shell(
  "sh -c 'trap \"\" TERM; echo $$; while :; do sleep 1; done' & echo up >&2; wait",
);

async function ended(host: Host, { path }: Detached): Promise<Detached> {
  for (let tries = 0; tries < 200; tries++) {
    const found = await findOne(host, path);
    if (found.state.state !== "running") return found;
    await sleep(50);
  }
  throw new Error("it still runs");
}

async function text(pieces: AsyncIterable<Uint8Array>): Promise<string> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all).toString();
}

async function firstLine(host: Host, detached: Detached): Promise<string> {
  let seen = "";
  for await (const piece of followDetached(host, detached, { intervalMs: 50 })) {
    seen += Buffer.from(piece).toString();
    if (seen.includes("\n")) return seen.slice(0, seen.indexOf("\n"));
  }
  throw new Error("it ended without a line");
}

/** A host and a directory on it of one test's own; what still runs there is stopped at the end. */
interface Place extends AsyncDisposable {
  readonly host: Host;
  readonly directory: string;
  /** Another connection in place of the one there was. */
  readonly again: () => Promise<Host>;
}

async function openPlace(open: () => Promise<Transport>): Promise<Place> {
  const directory = await mkdtemp(join(tmpdir(), "hoststack-test-"));
  const connect = async () =>
    openHost({ name: "server", machine: { id: "server" }, transport: await open() });
  const host = await connect();
  let last = host;
  return {
    host,
    directory,
    again: async () => {
      await last[Symbol.asyncDispose]();
      last = await connect();
      return last;
    },
    [Symbol.asyncDispose]: async () => {
      for (const one of await findDetached(last, directory)) await stopDetached(last, one);
      await last[Symbol.asyncDispose]();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Its tests run side by side: most of their time is waiting for leases. */
function detachedContract(name: string, open: () => Promise<Transport>): void {
  describe.concurrent(name, () => {
    test("gives the command its directory, environment and arguments, and notes how it ended", async () => {
      await using place = await openPlace(open);
      const { host, directory } = place;
      const command = {
        ...shell('pwd; printf "%s|" "$A" "$@"; echo err >&2; cat; exit 3', "it's", ""),
        cwd: "/proc/sys",
        env: { A: "$x'\n" },
      };
      const started = await startDetached(host, { id: "one", command, directory, leaseMs });
      expect(await text(followDetached(host, started))).toBe("/proc/sys\n$x'\n|it's||");
      expect(await text(followDetached(host, started, { stream: "stderr" }))).toBe("err\n");
      expect((await ended(host, started)).state).toEqual({ state: "ended", exitCode: 3 });
      const again = startDetached(host, { id: "one", command, directory, leaseMs });
      await expect(again).rejects.toMatchObject({ code: "COMMAND_FAILED" });
    });

    test("notes the signal that ended it", async () => {
      await using place = await openPlace(open);
      const { host, directory } = place;
      const command = shell("kill -SEGV $$");
      const started = await startDetached(host, { id: "one", command, directory, leaseMs });
      expect((await ended(host, started)).state).toEqual({ state: "ended", signal: "SIGSEGV" });
    });

    test("says that there is no such program or directory, and leaves the id free", async () => {
      await using place = await openPlace(open);
      const { host, directory } = place;
      const missing = { id: "one", directory, leaseMs };
      await expect(
        startDetached(host, { ...missing, command: { argv: ["no-such-program"] } }),
      ).rejects.toMatchObject({ code: "TOOL_MISSING" });
      await expect(
        startDetached(host, { ...missing, command: { argv: ["true"], cwd: "/no/such" } }),
      ).rejects.toMatchObject({ code: "COMMAND_FAILED" });
      expect(await findDetached(host, directory)).toEqual([]);
      await startDetached(host, { ...missing, command: { argv: ["true"] } });
    });

    test("is found, followed and killed as a group over another connection", async () => {
      await using place = await openPlace(open);
      const { host, directory } = place;
      const request = { id: "one", command: family, directory, leaseMs };
      const started = await startDetached(host, request);
      expect(started.state).toEqual({ state: "running" });
      const child = await firstLine(host, started);
      const other = await place.again();
      expect(await findDetached(other, directory)).toEqual([started]);
      const stopped = await stopDetached(other, started);
      expect(stopped.state.state).toBe("ended");
      expect(await isGone(other.transport, child)).toBe(true);
      expect((await stopDetached(other, started)).state).toEqual(stopped.state);
    });

    test("is ended by the host when its lease has expired, with its group", async () => {
      await using place = await openPlace(open);
      const { host, directory } = place;
      const request = { id: "one", command: family, directory, leaseMs: 1000 };
      const started = await startDetached(host, request);
      const child = await firstLine(host, started);
      const found = await ended(host, started);
      expect(found.state).toEqual({ state: "ended", signal: "SIGTERM", leaseExpired: true });
      expect(await isGone(host.transport, child)).toBe(true);
      expect(await renewDetached(host, started)).toBe(false);
    });

    test("lives as long as its heart beats", async () => {
      await using place = await openPlace(open);
      const { host, directory } = place;
      const command = { argv: ["sleep", "100"] } as const;
      const started = await startDetached(host, { id: "one", command, directory, leaseMs: 2000 });
      const beat = beatDetached(host, started);
      await sleep(6000);
      expect((await findOne(host, started.path)).state).toEqual({ state: "running" });
      beat[Symbol.dispose]();
      expect((await ended(host, started)).state).toMatchObject({ leaseExpired: true });
    });

    test("is followed from where reading stopped, in bounded pieces", async () => {
      await using place = await openPlace(open);
      const { host, directory } = place;
      const command = shell("seq 1 600000; echo end");
      const started = await startDetached(host, { id: "one", command, directory, leaseMs });
      const all = await text(followDetached(host, started));
      expect(all.length).toBeGreaterThan(4_000_000);
      for (const offset of [1, 4096, 1_234_567]) {
        for await (const piece of followDetached(host, started, { offset })) {
          expect(piece.length).toBeLessThanOrEqual(1024 * 1024);
        }
        expect(await text(followDetached(host, started, { offset }))).toBe(all.slice(offset));
      }
    });

    test("leaves a process alone that merely has its id", async () => {
      await using place = await openPlace(open);
      const { host, directory } = place;
      const command = { argv: ["sleep", "100"] } as const;
      const started = await startDetached(host, { id: "one", command, directory, leaseMs });
      const note = `${started.path}/process`;
      for (const [line, why] of [
        [`${started.bootId} ${started.pid} ${started.startTicks + 1}`, "killed"],
        [`00000000-0000-0000-0000-000000000000 ${started.pid} ${started.startTicks}`, "rebooted"],
      ]) {
        await host.writeFile(note, `${line}\n`);
        const stopped = await stopDetached(host, started);
        expect(stopped.state).toEqual({ state: "lost", why });
        await host.run({ argv: ["kill", "-0", String(started.pid)] });
      }
      const line = `${started.bootId} ${started.pid} ${started.startTicks}`;
      await host.writeFile(note, `${line}\n`);
      expect((await stopDetached(host, started)).state).toMatchObject({ signal: "SIGTERM" });
    });

    test("nothing of it is left running when it has ended", async () => {
      await using place = await openPlace(open);
      const { host, directory } = place;
      const command = shell('sleep 100 & echo "$!"');
      const started = await startDetached(host, { id: "one", command, directory, leaseMs });
      const left = (await text(followDetached(host, started))).trim();
      expect(await isGone(host.transport, left)).toBe(true);
      await ended(host, started);
      await sleep(300);
      const mine = 'for p in /proc/[0-9]*; do tr "\\0" " " <"$p/cmdline"; echo; done 2>/dev/null';
      const { stdout } = await host.run({ argv: ["sh", "-c", mine] });
      expect(stdout.split("\n").filter((line) => line.includes(directory))).toEqual([]);
    });
  });
}

/** For hosts whose `flock` waits for a time; on others somebody looks now and then. */
function waitingContract(name: string, open: () => Promise<Transport>): void {
  test(`${name} its end is told at once, however seldom is looked`, async () => {
    await using place = await openPlace(open);
    const { host, directory } = place;
    const command = shell("sleep 1; echo end");
    const started = await startDetached(host, { id: "one", command, directory, leaseMs });
    const rarely = { intervalMs: 3_600_000 };
    const follow = text(followDetached(host, started, rarely));
    expect(await follow).toBe("end\n");
    // nor is a command that is killed waited for
    const endless = shell("echo begun; exec sleep 100");
    const two = await startDetached(host, { id: "two", command: endless, directory, leaseMs });
    expect(await firstLine(host, two)).toBe("begun");
    const following = text(followDetached(host, two, { ...rarely, offset: 6 }));
    await sleep(200);
    await host.run({ argv: ["kill", "-KILL", String(two.pid)] });
    expect(await following).toBe("");
  }, 25_000);

  test(`${name} following it ends at once when that is not wanted any more`, async () => {
    await using place = await openPlace(open);
    const { host, directory } = place;
    const command = { argv: ["sleep", "100"] } as const;
    const started = await startDetached(host, { id: "one", command, directory, leaseMs });
    const stop = new AbortController();
    const options = { intervalMs: 30_000, signal: stop.signal };
    const following = text(followDetached(host, started, options));
    setTimeout(() => stop.abort(), 1000);
    await expect(following).rejects.toMatchObject({
      code: "INTERRUPTED",
      message: "stopped while following a detached command",
    });
    expect((await findOne(host, started.path)).state).toEqual({ state: "running" });
  }, 25_000);
}

test.each([
  ["../x", "/tmp", 60_000],
  [".x", "/tmp", 60_000],
  ["x", "tmp", 60_000],
  ["x", "/tmp", 10],
])("refuses %j in %j with a lease of %i ms", async (id, directory, lease) => {
  const host = openHost({ name: "h", machine: { id: "h" }, transport: openLocalTransport() });
  const request = { id, directory, leaseMs: lease, command: { argv: ["true"] as const } };
  await expect(startDetached(host, request)).rejects.toMatchObject({ code: "OPTIONS_INVALID" });
  await host[Symbol.asyncDispose]();
});

detachedContract("on this machine", () => Promise.resolve(openLocalTransport()));
waitingContract("on this machine", () => Promise.resolve(openLocalTransport()));

describe.skipIf(process.getuid?.() !== 0)("over SSH", { concurrent: true }, () => {
  for (const [name, kind, carrier] of [
    ["openssh", "openssh", "ssh2"],
    ["openssh through the ssh program", "openssh", "openssh"],
    ["busybox behind dropbear", "dropbear", "ssh2"],
  ] as const) {
    describe(name, () => {
      let server: SshServer;
      beforeAll(async () => {
        const shellText = kind === "dropbear" ? { shell: await busyboxShell() } : {};
        server = await openSshServer({ kind, ...shellText });
      });
      afterAll(() => server[Symbol.asyncDispose]());
      detachedContract("a command", () => carriers[carrier](server.options));
      if (kind === "openssh") waitingContract("there", () => carriers[carrier](server.options));
    });
  }
});
