import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Host } from "../../src/host/host.js";
import { waitForBoot } from "../../src/kernel/boot/wait-for-boot.js";
import { listensWords, startLightGuest } from "../support/light-guest.js";
import type { RebootingGuest } from "../support/rebooting-guest.js";
import { temporaryDirectory } from "../support/step-hosts.js";

/** Each takes an emulated guest a quarter of a minute: `HOSTSTACK_REBOOTS=50` asks for so many. */
const asked = Number(process.env["HOSTSTACK_REBOOTS"] ?? 0);

const bootIdFile = "/proc/sys/kernel/random/boot_id";

describe.skipIf(asked === 0)("reboots of a guest (HOSTSTACK_REBOOTS=50 asks for fifty)", () => {
  let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
  let guest: RebootingGuest;
  beforeAll(async () => {
    directory = await temporaryDirectory();
    guest = await startLightGuest(directory.path);
  }, 300_000);
  afterAll(async () => {
    await guest?.[Symbol.asyncDispose]();
    await directory?.[Symbol.asyncDispose]();
  });

  const listened = async () => (await guest.console()).split(listensWords).length - 1;
  const untilListened = (times: number) =>
    expect.poll(listened, { timeout: 60_000, interval: 50 }).toBe(times);
  const bootIdOf = async (host: Host) =>
    (await host.run({ argv: ["cat", bootIdFile] })).stdout.trim();
  /** What anybody's login takes who asks the same. */
  const loginMs = async () => {
    const began = performance.now();
    await using host = await guest.open();
    await bootIdOf(host);
    return performance.now() - began;
  };

  test(
    "each is noticed once, and restarts of the SSH server alone are not taken for one",
    async ({ annotate }) => {
      const seen = new Set<string>();
      const figures: string[] = [];
      for (let count = 0; count < asked; count++) {
        const host = await guest.up();
        const bootIdBefore = await bootIdOf(host);
        seen.add(bootIdBefore);
        const times = await listened();
        let oldBoots = 0;
        const waiting = waitForBoot(guest.target(host), {
          ...{ bootIdBefore, signal: AbortSignal.timeout(300_000) },
          onOldBoot: () => oldBoots++,
        });
        await host.run({ argv: ["sh", "-c", "kill $(cat /run/dropbear.pid)"] });
        await untilListened(times + 1);
        await sleep(Math.random() * 3000);
        const down = ["sh", "-c", "sleep 0.2; exec busybox reboot -f"] as const;
        await host.run({ argv: down }, { reject: false }).catch(() => {});
        await host[Symbol.asyncDispose]();
        const { answeredAt, noticedAt, bootId, host: back } = await waiting;
        await untilListened(times + 2);
        expect(await bootIdOf(back)).toBe(bootId);
        expect(seen).not.toContain(bootId);
        await back[Symbol.asyncDispose]();
        const noticedMs = Math.round(noticedAt - answeredAt);
        figures.push(`${noticedMs}, ${Math.round(await loginMs())}, ${oldBoots}`);
      }
      await annotate(
        `ms from the first answer until noticed, of a login alone, logins that found the old boot: ${figures.join("; ")}`,
      );
    },
    (asked + 1) * 120_000,
  );
});
