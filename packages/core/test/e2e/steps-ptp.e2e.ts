import { mkdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { Host } from "../../src/host/host.js";
import { applyScoped } from "../../src/plan/apply-scoped.js";
import { makePlan } from "../../src/plan/plan.js";
import { ptpStep } from "../../src/steps/time/ptp.js";
import {
  type PtpWatch,
  type PtpWatchOptions,
  ptpWatchArgv,
  ptpWatchParser,
} from "../../src/steps/time/ptp-watch.js";
import { waitForPtp } from "../../src/steps/time/wait-for-ptp.js";
import { openNetnsTestbed } from "../../src/testbed/netns/open-netns-testbed.js";
import { decideOn, stepContract } from "../../src/testing/step-contract.js";
import { packageTree } from "../support/ssh-server.js";
import { openMachine, temporaryDirectory, withPath } from "../support/step-hosts.js";

const nic = "lab0";
/** Both ends have one clock, which is left alone. */
const step = (priority: number) =>
  ptpStep({ nic, timestamping: "software", priority, freeRunning: true });

/** A watch until its clock is as asked, and once more when it is stopped. */
async function watched(host: Host, options: PtpWatchOptions): Promise<PtpWatch> {
  const started = await host.start({ argv: ["env", ...ptpWatchArgv(options)] });
  await using _ = started;
  let text = "";
  for await (const chunk of started.stdout) {
    text += String(chunk);
    if (/^settled$/m.test(text)) await started.kill("SIGINT");
  }
  expect(await started.exit).toMatchObject({ exitCode: 0 });
  return ptpWatchParser.parse(text);
}

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

  test("by 802.1AS a watch on each end waits for its role and tells its clock until it is stopped", async () => {
    vi.stubEnv("HOSTSTACK_STATE_DIRECTORY", join(directory.path, "state"));
    vi.stubEnv("XDG_STATE_HOME", join(directory.path, "controller"));
    await using pair = await openPair();
    const gptp = (priority: number) =>
      ptpStep({
        ...{ nic, priority, standard: "802.1AS", timestamping: "software", freeRunning: true },
      });
    const plan = await makePlan(
      [247, 248].map((priority, at) => ({
        host: pair.hosts[at] as Host,
        steps: [gptp(priority)],
      })),
    );
    await using _ = await applyScoped(plan, { purpose: "test" });
    const [first, second] = pair.hosts;
    const told = await Promise.all([
      watched(first, { nic, role: "reference", maxOffsetNs: 0 }),
      watched(second, { nic, role: "follower", maxOffsetNs: 100_000_000 }),
    ]);
    const last = told.map(({ readings }) => readings.at(-1));
    expect(told.map(({ settled }) => settled)).toEqual([true, true]);
    expect(last.map((one) => one?.role)).toEqual(["reference", "follower"]);
    expect(last[1]?.offsetNs).toBeTypeOf("number");
    expect(last[1]?.grandmaster).toBe(last[0]?.grandmaster);
    const never = ptpWatchArgv({ nic, role: "reference", maxOffsetNs: 100, deadlineMs: 0 });
    const refused = await second.run({ argv: ["env", ...never] }, { reject: false });
    expect(refused.stderr).toMatch(
      /^not a reference within 100 ns after 0 s, but follower, offset/,
    );
    expect(refused.exitCode).toBe(1);
  }, 90_000);

  test("a NIC without a clock of its own is told before anything is started", async () => {
    await using pair = await openPair();
    const asked = { host: pair.hosts[0], step: ptpStep({ nic }), savedDirectory: "/nowhere" };
    expect((await decideOn(asked)).decision).toMatchObject({
      state: "impossible",
      reason: expect.stringMatching(/lab0 has no hardware-transmit/),
      remedy: expect.stringContaining("software time stamps"),
    });
  });
});
