import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { Host } from "../../src/host/host.js";
import { changesOf } from "../../src/plan/changes.js";
import { restore } from "../../src/plan/restore.js";
import type { ProfileStep } from "../../src/tuning/profile.js";
import { bundledScript, removeBundledScripts } from "../e2e/vm-bundled-script.js";
import { type CrashOrder, crashMoments, crashSteps } from "./crash-controller.js";

/** A host whose NIC controllers change that are killed. */
export interface CrashCase {
  /** As another controller has it. */
  readonly host: Host;
  /** Source text that makes `transport` to it from `options`, which are JSON. */
  readonly opening: string;
  readonly options: unknown;
  /** Where the host may have files. */
  readonly directory: string;
  /** Describes everything the steps may touch. */
  readonly surroundings: () => Promise<string>;
  /** How long a killed controller keeps the host. */
  readonly leaseMs: number;
}

/** An emulated guest takes its time, with packages above all. */
const testMs = 600_000;
const standMs = 300_000;

const waitForMark = 'until [ -e "$1" ]; do sleep 0.1; done';
/** What a killed controller leaves running on its own machine would end its step first. */
const killShell = 'read -r shell stopped <"$1"; kill -9 "$shell" "$stopped" 2>/dev/null || :';

/**
 * Steps whose controller, a process of its own, is killed (SIGKILL) amid the one at position `at`, and what it left on
 * the host with it: another controller finds what is open in the journal and brings everything back. Call it from a
 * test file, and wait for it.
 */
export async function crashContract(
  steps: readonly ProfileStep[],
  at: number,
  open: () => Promise<CrashCase>,
): Promise<void> {
  const ids = (await crashSteps(steps)).map(({ id }) => id);
  describe(`when its controller is killed amid ${ids[at]}`, () => {
    let path: string;
    beforeAll(async () => {
      const { opening } = await open();
      const text = `
        import { crash } from "#core/../test/support/crash-controller.ts";
        const { options, order } = JSON.parse(process.env.CRASH);
        ${opening}
        await crash(transport, order);`;
      path = await bundledScript(`crash-${process.pid}`, text);
    });
    afterAll(removeBundledScripts);

    const title = "%s, another one brings everything back";
    test.each(crashMoments)(title, { timeout: testMs }, async (moment) => {
      const one = await open();
      const { host, surroundings, directory, leaseMs } = one;
      const state = await mkdtemp(join(tmpdir(), "hoststack-crash-"));
      const mark = `${directory}/mark-${randomUUID()}`;
      const before = await surroundings();
      try {
        vi.stubEnv("XDG_STATE_HOME", join(state, "killed"));
        await killedAt(path, one, { steps, at, moment, mark, leaseMs });
        await host.run({ argv: ["sh", "-c", killShell, "sh", mark] });
        const changes = await changesOf(host, new AbortController().signal);
        const begun = ids.slice(0, at + 1).toReversed();
        expect(changes?.entries.map(({ stepId }) => stepId)).toEqual(begun);
        vi.stubEnv("XDG_STATE_HOME", join(state, "other"));
        expect((await restore([host], { waitMs: 60_000 })).complete).toBe(true);
        expect(await surroundings()).toBe(before);
      } finally {
        await rm(state, { recursive: true, force: true });
      }
    });
  });
}

/** Runs a controller until it stands where it is to be killed, and kills it. */
async function killedAt(
  path: string,
  { host, options }: CrashCase,
  order: CrashOrder,
): Promise<void> {
  const CRASH = JSON.stringify({ options, order });
  const env = { ...process.env, CRASH };
  const child = spawn(process.execPath, [path], { env, stdio: ["ignore", "ignore", "inherit"] });
  const ended = once(child, "exit");
  const over = new AbortController();
  try {
    const stands = host.batch([{ argv: ["sh", "-c", waitForMark, "sh", order.mark] }], {
      deadlineMs: standMs,
      signal: over.signal,
    });
    stands.catch(() => {});
    const early = ended.then(() => Promise.reject(new Error("the controller ended by itself")));
    await Promise.race([stands, early]);
    await expect(restore([host])).rejects.toMatchObject({ code: "LEASE_HELD" });
  } finally {
    over.abort();
    child.kill("SIGKILL");
    await ended;
  }
}
