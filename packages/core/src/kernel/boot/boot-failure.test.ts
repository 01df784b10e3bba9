import { expect, test } from "vitest";
import { bootFailed, notAwaited, notBack, notDown } from "./boot-failure.js";
import type { BootAnswer, BootFailure } from "./judge-boot.js";
import type { BootPlan } from "./plan-boot.js";

const plan = {
  host: "node0",
  facts: { release: "6.1-old" },
  entry: { release: "6.1-new" },
  fallBack: "6.1-old",
  deadMan: "armed",
} as BootPlan;
const answer: BootAnswer = {
  ...{ bootId: "b2", release: "6.1-old", once: false, uptimeMs: 9000 },
  ...{ configFrom: "/boot", configSha256: "aa" },
};
const lines = Array.from({ length: 50 }, (_, index) => `line ${index}`);

const failed = (failure: BootFailure, running: Partial<BootAnswer> = {}) =>
  bootFailed(plan, {
    answer: { ...answer, ...running },
    evidence: { nextEntry: "", report: lines, watchdogReset: false, crash: [] },
    verdict: { state: "failed", failure, words: "it went wrong" },
  });

test.each<[BootFailure, RegExp]>([
  ["not taken", /grub\.cfg/],
  ["panicked", /console/],
  ["was reset", /tells a panic from a hang/],
  ["lost its network", /driver of its network card/],
  ["hung", /console/],
  ["other kernel", /install the kernel again/],
])("a kernel that %s is told with what runs and what to do", (failure, remedy) => {
  expect(failed(failure)).toMatchObject({
    code: "BOOT_UNPROVEN",
    message:
      "node0 runs 6.1-old, not proven to be the 6.1-new that was to be booted: it went wrong",
    remedy: expect.stringMatching(
      new RegExp(
        `${remedy.source}.*; what it said last is in /var/lib/hoststack-boot-report there$`,
      ),
    ),
    details: { failure, wanted: "6.1-new", running: "6.1-old", report: lines.slice(-40) },
  });
});

test("a kernel that runs unconfirmed is told to fall back yet", () => {
  expect(failed("other kernel", { release: "6.1-new" })).toMatchObject({
    message: expect.stringMatching(/not confirmed: it resets itself and boots 6\.1-old$/),
  });
});

test("a host that is not back is told with what brings it back", () => {
  expect(notBack(plan, 60_000, undefined)).toMatchObject({
    code: "BOOT_UNPROVEN",
    message: expect.stringMatching(/not answered for 60 s .*should have reset itself/),
    remedy: expect.stringMatching(/by hand .*boots 6\.1-old/),
  });
  const unguarded = { ...plan, deadMan: { missing: "it has none" } };
  expect(notBack(unguarded, 60_000, undefined)).toMatchObject({
    message: expect.stringMatching(/nothing resets it by itself/),
  });
});

test("a host that is not waited for any more is told with what becomes of it", () => {
  expect(notAwaited({ ...plan, deadlineMs: 60_000 })).toMatchObject({
    code: "INTERRUPTED",
    message: expect.stringMatching(
      /goes on booting 6\.1-new, .* resets itself 60 s .* 6\.1-old boots$/,
    ),
  });
  expect(notAwaited({ ...plan, deadMan: { missing: "it has none" } })).toMatchObject({
    message: expect.stringMatching(/its next reboot boots 6\.1-old$/),
  });
});

test("a host that never went down is told with what its next boot is", () => {
  expect(notDown(plan, 60_000)).toMatchObject({
    code: "BOOT_UNPROVEN",
    message: expect.stringMatching(/still runs 6\.1-old, in the same boot, 60 s/),
    remedy: expect.stringMatching(/next boot is 6\.1-new, once/),
  });
});
