import { mkdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { Host } from "../../src/host/host.js";
import { applyScoped } from "../../src/plan/apply-scoped.js";
import { makePlan } from "../../src/plan/plan.js";
import { ptpStep } from "../../src/steps/time/ptp.js";
import { waitForPtp } from "../../src/steps/time/wait-for-ptp.js";
import { openNetnsTestbed } from "../../src/testbed/netns/open-netns-testbed.js";
import { decideOn, stepContract } from "../../src/testing/step-contract.js";
import { packageTree } from "../support/ssh-server.js";
import { openMachine, temporaryDirectory, withPath } from "../support/step-hosts.js";

const nic = "lab0";
/** Both ends have one clock, which is left alone. */
const step = (priority: number) =>
  ptpStep({ nic, timestamping: "software", priority, freeRunning: true });

describe.skipIf(process.getuid?.() !== 0)("PTP between namespaces", () => {
  let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
  let programs: string;
  beforeAll(async () => {
    directory = await temporaryDirectory();
    programs = join(directory.path, "bin");
    const tree = await packageTree("linuxptp");
    await mkdir(programs);
    for (const name of ["ptp4l", "phc2sys", "pmc"]) {
      await symlink(join(tree, "usr/sbin", name), join(programs, name));
    }
  }, 120_000);
  afterAll(() => directory?.[Symbol.asyncDispose]());

  async function openPair() {
    const testbed = await openNetnsTestbed();
    const hosts = testbed.hosts.map(({ transport }) => openMachine(withPath(transport, programs)));
    return {
      hosts: hosts as [Host, Host],
      [Symbol.asyncDispose]: async () => await testbed[Symbol.asyncDispose](),
    };
  }

  stepContract("PTP that only measures", async () => {
    const pair = await openPair();
    const [host] = pair.hosts;
    const show = "ls -d /run/hoststack-ptp-*; cat /proc/[0-9]*/comm | grep ptp4l; :";
    return {
      host,
      step: step(128),
      words: ["lab0", "priority"],
      savedDirectory: "/nowhere",
      surroundings: async () => (await host.run({ argv: ["sh", "-c", show] })).stdout,
      [Symbol.asyncDispose]: () => pair[Symbol.asyncDispose](),
    };
  });

  test("one follows the other, within what was asked", async () => {
    vi.stubEnv("HOSTSTACK_STATE_DIRECTORY", join(directory.path, "state"));
    vi.stubEnv("XDG_STATE_HOME", join(directory.path, "controller"));
    await using pair = await openPair();
    const [first, second] = pair.hosts;
    const ends = pair.hosts.map((host) => ({ host, nic }));
    await expect(waitForPtp(ends, { maxOffsetNs: 1 })).rejects.toMatchObject({
      code: "PROCESS_DIED",
    });
    const plan = await makePlan([
      { host: first, steps: [step(100)] },
      { host: second, steps: [step(128)] },
    ]);
    await using _ = await applyScoped(plan, { purpose: "test" });
    const maxOffsetNs = 100_000_000;
    const readings = await waitForPtp(ends, { maxOffsetNs });
    expect(readings.map(({ role }) => role)).toEqual(["reference", "follower"]);
    expect(readings[1]?.offsetNs).toBeTypeOf("number");
    expect(readings[1]?.grandmaster).toBe(readings[0]?.grandmaster);
    const late = waitForPtp(ends, { maxOffsetNs: -1, deadlineMs: 0 });
    await expect(late).rejects.toMatchObject({ code: "NOT_READY" });
    // Ends that do not hear each other are no clocks that are kept together.
    await first.run({ argv: ["ip", "link", "set", "dev", nic, "down"] });
    const apart = waitForPtp(ends, { maxOffsetNs, deadlineMs: 5_000 });
    await expect(apart).rejects.toMatchObject({ code: "NOT_READY" });
  }, 90_000);

  test("a NIC without a clock of its own is told before anything is started", async () => {
    await using pair = await openPair();
    const asked = { host: pair.hosts[0], step: ptpStep({ nic }), savedDirectory: "/nowhere" };
    expect((await decideOn(asked)).decision).toMatchObject({
      state: "impossible",
      reason: expect.stringMatching(/lab0 has no hardware-transmit/),
      remedy: expect.stringContaining('"software"'),
    });
  });
});
