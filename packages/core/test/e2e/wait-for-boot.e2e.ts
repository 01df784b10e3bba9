import { randomUUID } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { connect, createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Host } from "../../src/host/host.js";
import { openHost } from "../../src/host/open-host.js";
import { openSshTransport } from "../../src/host/ssh.js";
import { waitForBoot } from "../../src/kernel/boot/wait-for-boot.js";
import { openSshServer, type SshServer } from "../support/ssh-server.js";
import { temporaryDirectory } from "../support/step-hosts.js";

const times = Number(process.env["HOSTSTACK_REBOOTS"] ?? 2);

/** Shows a file as the kernel's boot_id: the machine of this test cannot reboot. */
const shell = (bootIdFile: string) => `#!/bin/sh
exec unshare --mount sh -c 'mount --bind ${bootIdFile} /proc/sys/kernel/random/boot_id && exec /bin/sh "$@"' sh "$@"
`;

/** A port that can be closed, with all its connections, and opened again. */
class Relay {
  readonly #sockets = new Set<Socket>();
  readonly #to: number;
  #server: Server | undefined;
  port = 0;

  constructor(to: number) {
    this.#to = to;
  }

  async open(): Promise<void> {
    const server = createServer((near) => {
      const far = connect(this.#to, "127.0.0.1");
      for (const [one, other] of [
        [near, far],
        [far, near],
      ] as const) {
        this.#sockets.add(one);
        one.on("error", () => one.destroy());
        one.on("close", () => {
          other.destroy();
          this.#sockets.delete(one);
        });
        one.pipe(other);
      }
    });
    this.#server = server;
    await new Promise<void>((resolve) => server.listen(this.port, "127.0.0.1", resolve));
    this.port = (server.address() as { port: number }).port;
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server?.close(resolve));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }
}

describe.skipIf(process.getuid?.() !== 0)("a machine that seems to reboot", () => {
  let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
  let server: SshServer;
  let relay: Relay;
  let bootIdFile: string;
  beforeAll(async () => {
    directory = await temporaryDirectory();
    bootIdFile = join(directory.path, "boot_id");
    await writeFile(bootIdFile, "");
    server = await openSshServer({ shell: shell(bootIdFile) });
    relay = new Relay(server.options.port ?? 0);
    await relay.open();
  });
  afterAll(async () => {
    await relay?.close();
    await server?.[Symbol.asyncDispose]();
    await directory?.[Symbol.asyncDispose]();
  });

  const reopen = async (signal?: AbortSignal): Promise<Host> => {
    const stopping = signal === undefined ? {} : { signal };
    const transport = await openSshTransport({
      ...server.options,
      ...{ port: relay.port, ...stopping },
    });
    return openHost({ name: "machine", machine: { id: "machine" }, transport });
  };
  const boot = async () => {
    const bootId = randomUUID();
    await writeFile(bootIdFile, `${bootId}\n`);
    return bootId;
  };

  test(
    `is noticed soon, ${times} times, and its network's failures are taken for no reboot`,
    async ({ annotate }) => {
      const figures: string[] = [];
      let bootIdBefore = await boot();
      let oldBoots = 0;
      for (let count = 0; count < times; count++) {
        const host = await reopen();
        const waiting = waitForBoot(
          { host, reopen, address: { host: "127.0.0.1", port: relay.port } },
          {
            ...{ bootIdBefore, signal: AbortSignal.timeout(60_000) },
            onOldBoot: () => oldBoots++,
          },
        );
        await sleep(Math.random() * 1000);
        await relay.close();
        await sleep(Math.random() * 1000);
        await relay.open();
        await sleep(1000 + Math.random() * 500);
        await relay.close();
        // its connection is cut already
        await Promise.resolve(host[Symbol.asyncDispose]()).catch(() => {});
        const bootId = await boot();
        await sleep(1500 + Math.random() * 1000);
        await relay.open();
        const upAt = performance.now();
        const rebooted = await waiting;
        const { noticedAt, answeredAt } = rebooted;
        figures.push(`${Math.round(noticedAt - upAt)} (${Math.round(noticedAt - answeredAt)})`);
        expect(noticedAt).toBeGreaterThan(upAt);
        expect(rebooted.bootId).toBe(bootId);
        await rebooted.host[Symbol.asyncDispose]();
        bootIdBefore = bootId;
      }
      expect(oldBoots).toBeGreaterThanOrEqual(times);
      await annotate(
        `ms until noticed, from when its port is open (from the first answer): ${figures.join(", ")}`,
      );
    },
    times * 20_000,
  );

  test("a login that ends while an earlier one is looked at is not forgotten", async () => {
    const bootIdBefore = await boot();
    let turn = (_: string) => {};
    const turned = new Promise<string>((resolve) => {
      turn = resolve;
    });
    const logins: (() => Promise<unknown>)[] = [
      // so long that a second one is begun beside it
      () => sleep(3500),
      () => turned,
    ];
    const host = await reopen();
    const rebooted = await waitForBoot(
      {
        host,
        reopen: async (signal) => {
          const wait =
            logins.shift() ??
            (() =>
              new Promise((_, reject) => {
                signal.addEventListener("abort", () => reject(signal.reason));
              }));
          const again = await reopen(signal);
          try {
            await wait();
            return again;
          } catch (error) {
            await again[Symbol.asyncDispose]();
            throw error;
          }
        },
      },
      {
        ...{ bootIdBefore, signal: AbortSignal.timeout(20_000) },
        onOldBoot: () => void boot().then(turn),
      },
    );
    expect(rebooted.bootId).toBe(await turned);
    await rebooted.host[Symbol.asyncDispose]();
    await host[Symbol.asyncDispose]();
  }, 60_000);
});
