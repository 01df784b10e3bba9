import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { recordedTerminal } from "../../src/cli/recorded-terminal.js";
import { runCli } from "../../src/cli/run-cli.js";
import type { Host } from "../../src/host/host.js";
import { bootOnce } from "../../src/kernel/boot/boot-once.js";
import type { BootProof, BootRequest } from "../../src/kernel/boot/boot-request.js";
import { planBoot } from "../../src/kernel/boot/plan-boot.js";
import { installedKernel } from "../../src/kernel/install/installed-kernel.js";
import { defineSystem } from "../../src/system/system.js";
import { startDiskGuest } from "../support/disk-guest.js";
import { builtKernelDirectory, makeDisk, releases } from "../support/disk-guest-image.js";
import {
  breakInitramfs,
  fingerprintScript,
  mendInitramfs,
  rebootScript,
} from "../support/disk-guest-scripts.js";
import { writeDiskTestbed } from "../support/disk-guest-testbed.js";
import type { RebootingGuest } from "../support/rebooting-guest.js";

/**
 * An emulated computer boots some fifteen times, half a minute each: `HOSTSTACK_KERNEL_BOOT=10` asks for all of it, with
 * so many good boots in a row.
 */
const asked = process.env["HOSTSTACK_KERNEL_BOOT"];
const why = "needs root, and HOSTSTACK_KERNEL_BOOT=REBOOTS, as it takes half an hour";
const minuteMs = 60_000;

const system = defineSystem({
  ...{ name: "lab", version: "1.0.0", summary: "a lab", experiments: {}, suites: {} },
  guest: () => {
    throw new Error("not of this test");
  },
});

describe.skipIf(asked === undefined || process.getuid?.() !== 0)(
  `a computer with GRUB (${why})`,
  () => {
    let directory: string;
    let guest: RebootingGuest;
    let testbed: string;
    let built: string;
    let before: string;

    beforeAll(async () => {
      directory = await mkdtemp(join(tmpdir(), "hoststack-disk-"));
      const image = await makeDisk(directory);
      built = await builtKernelDirectory(join(directory, "new"), releases.new);
      guest = await startDiskGuest(image, directory);
      testbed = await writeDiskTestbed(image, guest, directory);
      await using host = await guest.up();
      await inside(host, "PATH=$PATH:/usr/sbin; grub-mkconfig -o /boot/grub/grub.cfg && sync");
      before = await inside(host, fingerprintScript);
    }, 20 * minuteMs);
    beforeEach(() => {
      vi.stubEnv("XDG_STATE_HOME", join(directory, "state"));
    });
    afterAll(async () => {
      await guest?.[Symbol.asyncDispose]();
      await rm(directory, { recursive: true, force: true });
    });

    const inside = async (host: Host, text: string) =>
      (await host.run({ argv: ["sh", "-c", text] }, { deadlineMs: 5 * minuteMs })).stdout;

    const call = async (...argv: string[]) => {
      const terminal = recordedTerminal();
      const code = await runCli(system, [...argv, "--testbed", testbed], terminal);
      return { code, out: terminal.out.text(), err: terminal.err.text() };
    };
    const kernel = (verb: string, ...argv: string[]) => call("kernel", verb, ...argv, "disk");
    const status = async () => {
      // an emulated computer that has just booted answers what knocked while it was down first
      await using _ = await guest.up();
      for (let tries = 1; ; tries++) {
        const { code, out, err } = await kernel("status", "--json");
        if (code === 0) return JSON.parse(out)[0];
        // dropbear hangs up on whoever comes while five others from there have not logged in
        if (tries === 10 || !err.includes("try again in a moment")) throw new Error(err);
        await sleep(1000);
      }
    };
    const boots = async () => (await guest.console()).match(/Linux version \S+/g) ?? [];

    /** Boots the installed kernel once; the host is closed again. */
    const boot = async (request: Partial<BootRequest> = {}): Promise<BootProof> => {
      const host = await guest.up();
      const proof = await bootOnce(guest.target(host), {
        kernel: await installedKernel(host),
        deadlineMs: 2 * minuteMs,
        ...request,
      });
      await proof.host[Symbol.asyncDispose]();
      return proof;
    };

    /** As anybody reboots it: what its boot loader starts has to be this kernel. */
    const reboot = async (release: string) => {
      const earlier = (await boots()).length;
      {
        await using host = await guest.up();
        await inside(host, rebootScript);
      }
      await expect
        .poll(async () => (await boots()).slice(earlier), { timeout: 5 * minuteMs, interval: 500 })
        .toEqual([`Linux version ${release}`]);
      await using _ = await guest.up();
    };

    test(
      "shows how a kernel is installed, and changes nothing unasked",
      async () => {
        const shown = await kernel("install", built);
        expect(shown).toMatchObject({ code: 2, err: expect.stringContaining("give --yes") });
        expect(shown.out).toContain("the default stays what it is");
        await using host = await guest.up();
        expect(await inside(host, fingerprintScript)).toBe(before);
      },
      10 * minuteMs,
    );

    test(
      "a newer kernel is installed beside the one that runs, which stays the default",
      async () => {
        await using host = await guest.up();
        await inside(host, breakInitramfs);
        const failed = await kernel("install", built, "--yes", "--json");
        expect(failed).toMatchObject({ code: 1, err: expect.stringContaining("[PLAN_FAILED]") });
        expect(JSON.parse(failed.out)).toMatchObject({
          plan: { hosts: [{ host: "disk" }] },
          hosts: [{ host: "disk", verdict: "incomplete", error: { code: "PLAN_FAILED" } }],
        });
        await inside(host, mendInitramfs);

        expect(await kernel("install", built, "--yes")).toMatchObject({
          code: 0,
          err: expect.stringContaining(`${releases.new} is installed on`),
        });
        expect(await status()).toMatchObject({
          ...{ running: releases.old, byDefault: releases.old },
          installed: [{ release: releases.new, state: "complete" }],
          remarks: [],
        });
        const again = await kernel("install", built, "--json");
        expect(again.err).toContain(`${releases.new} is installed already\n`);
        expect(JSON.parse(again.out)).toMatchObject({
          plan: { changes: 0 },
          hosts: [{ host: "disk", verdict: "installed", applied: [] }],
        });
      },
      20 * minuteMs,
    );

    test(
      "a boot that nobody waits for is told as data with its error, and ends with its reset",
      async () => {
        const earlier = (await boots()).length;
        const flags = ["--yes", "--json", "--wait", "5", "--deadline", "30"];
        const { code, out, err } = await kernel("boot", ...flags);
        expect(code).toBe(1);
        expect(JSON.parse(out)).toEqual([
          {
            ...{ host: "disk", verdict: "unproven" },
            error: {
              code: "BOOT_UNPROVEN",
              message: expect.stringContaining(releases.new),
              remedy: expect.any(String),
              details: expect.objectContaining({ failure: expect.stringMatching(/^not /) }),
            },
          },
        ]);
        expect(err).toContain("[BOOT_UNPROVEN]");
        await expect
          .poll(async () => (await boots()).slice(earlier), {
            timeout: 10 * minuteMs,
            interval: 500,
          })
          .toEqual([`Linux version ${releases.new}`, `Linux version ${releases.old}`]);
        expect(await status()).toMatchObject({ running: releases.old, byDefault: releases.old });
      },
      15 * minuteMs,
    );

    test.each<{ how: string; failure: string; words: RegExp } & Partial<BootRequest>>([
      {
        ...{ how: "panics", kernelArguments: ["init=/bin/false"], deadlineMs: 10 * minuteMs },
        ...{ failure: "panicked", words: /before its deadline/ },
      },
      {
        ...{ how: "has no network", kernelArguments: ["module_blacklist=virtio_net"] },
        ...{ failure: "lost its network", words: /it had no network interface/ },
      },
      {
        ...{ how: "hangs in user land", kernelArguments: ["init=/usr/sbin/hangs"] },
        failure: "hung",
        words: /first process: hangs\) with its network up, but SSH did not answer/,
      },
      {
        ...{ how: "stands still", kernelArguments: ["init=/usr/sbin/stops"] },
        ...{ failure: "hung", words: /its watchdog/ },
      },
    ])(
      "a kernel that $how gives way to the old one by itself",
      async ({ how: _, failure, words, ...request }) => {
        const earlier = await boots();
        await expect(boot(request)).rejects.toMatchObject({
          code: "BOOT_UNPROVEN",
          message: expect.stringMatching(words),
          details: { failure, wanted: releases.new, running: releases.old },
        });
        const started = (await boots()).slice(earlier.length);
        expect(started).toEqual([`Linux version ${releases.new}`, `Linux version ${releases.old}`]);
        expect(await status()).toMatchObject({ running: releases.old, byDefault: releases.old });
      },
      15 * minuteMs,
    );

    test(
      "a host that nothing would reset is refused, unless a reset by hand is accepted",
      async () => {
        await using host = await guest.up();
        const script = "/etc/initramfs-tools/scripts/init-top/hoststack";
        await inside(host, `mv ${script} /root/`);
        const request = { kernel: await installedKernel(host) };
        await expect(planBoot(host, request)).rejects.toMatchObject({
          code: "BOOT_REFUSED",
          remedy: expect.stringContaining("--accept-manual-reset"),
        });
        expect(await planBoot(host, { ...request, acceptManualReset: true })).toMatchObject({
          deadMan: { missing: expect.stringContaining("not installed") },
        });
        await inside(host, `mv /root/hoststack ${script}`);
        await expect(planBoot(host, request)).resolves.toMatchObject({ deadMan: "armed" });
      },
      5 * minuteMs,
    );

    test(
      `${asked} boots in a row are each noticed, once`,
      async ({ annotate }) => {
        const proofs: BootProof[] = [];
        for (let count = Number(asked); count > 0; count--) {
          const earlier = await boots();
          const proof = await boot();
          expect((await boots()).slice(earlier.length)).toEqual([`Linux version ${releases.new}`]);
          expect(proof.release).toBe(releases.new);
          proofs.push(proof);
        }
        const figures = proofs.map(({ noticedMs, tookMs }) => `${noticedMs} of ${tookMs}`);
        await annotate(
          `noticed, ms after the first answer, of the reboot's: ${figures.join(", ")}`,
        );
        expect(new Set(proofs.map(({ bootId }) => bootId)).size).toBe(proofs.length);
      },
      Number(asked) * 5 * minuteMs,
    );

    test(
      "a kernel is started from the running one, and forgotten by the next reboot",
      async () => {
        expect(await boot({ way: "kexec" })).toMatchObject({
          ...{ release: releases.new, configFrom: "/boot" },
        });
        expect(await status()).toMatchObject({ running: releases.new, byDefault: releases.old });
        await reboot(releases.old);
      },
      15 * minuteMs,
    );

    test(
      "a proven kernel becomes the default; restore gives it up, and takes away all once another runs",
      async () => {
        expect(await kernel("boot", "--make-default", "--yes")).toMatchObject({
          code: 0,
          out: expect.stringMatching(`disk: runs ${releases.new}, proven`),
          err: expect.stringContaining(`boots ${releases.old} by default, which stays so`),
        });
        await reboot(releases.new);
        expect(await status()).toMatchObject({ running: releases.new, byDefault: releases.new });
        expect(await kernel("boot")).toMatchObject({
          code: 3,
          err: expect.stringContaining("by default already"),
        });

        // the files of the kernel that runs are not taken away
        expect(await call("restore", "disk", "--yes")).toMatchObject({ code: 5 });
        expect(await status()).toMatchObject({ running: releases.new, byDefault: releases.old });
        await reboot(releases.old);
        await using host = await guest.up();
        expect(await call("restore", "disk", "--yes")).toMatchObject({ code: 0 });
        expect(await inside(host, fingerprintScript)).toBe(before);
      },
      30 * minuteMs,
    );
  },
);
