import { describe, expect, test } from "vitest";
import {
  type BootAnswer,
  type BootCase,
  judgeBoot,
  parseBootAnswer,
  parseBootEvidence,
} from "./judge-boot.js";

const kernel = { release: "6.1.0-new", configSha256: "aa" };
const proven: BootAnswer = {
  bootId: "b2",
  release: kernel.release,
  once: true,
  configFrom: "/boot",
  configSha256: "aa",
  uptimeMs: 9000,
};
const nothing = { nextEntry: "", report: [], watchdogReset: false, crash: [] };
const judged = (change: {
  answer?: Partial<BootAnswer>;
  evidence?: Partial<BootCase["evidence"]>;
  untilStartMs?: number;
}) =>
  judgeBoot({
    kernel,
    answer: { ...proven, ...change.answer },
    evidence: { ...nothing, ...change.evidence },
    deadlineMs: 300_000,
    untilStartMs: change.untilStartMs ?? 40_000,
  });
const old = { release: "6.1.0-old", once: false };

describe("a boot", () => {
  test("is one when release, configuration and the one-shot entry are what they should be", () => {
    expect(judged({})).toEqual({ state: "booted" });
  });

  test.each<[string, Partial<BootAnswer>, RegExp]>([
    ["another configuration", { configSha256: "bb" }, /another configuration: sha256 bb/],
    ["no configuration", { configFrom: undefined, configSha256: undefined }, /no configuration/],
    ["another entry", { once: false }, /another entry/],
  ])("with %s is none, though the release is right", (_, answer, words) => {
    expect(judged({ answer })).toMatchObject({
      failure: "other kernel",
      words: expect.stringMatching(words),
    });
  });
});

describe("after a fall back", () => {
  test("the boot loader's refusal comes before all other reasons", () => {
    const verdict = judged({ answer: old, evidence: { nextEntry: "hoststack-once" } });
    expect(verdict).toMatchObject({ failure: "not taken" });
  });

  test("a crash record tells the panic in the kernel's own words", () => {
    const crash = [
      "<6>[ 3.1] fine",
      "<0>[ 3.2] Kernel panic - not syncing: Attempted to kill init!",
    ];
    expect(judged({ answer: old, evidence: { crash } })).toMatchObject({
      failure: "panicked",
      words: expect.stringContaining("Attempted to kill init!"),
    });
  });

  test("a reset before the deadline was a panic most likely; a later one may have been either", () => {
    expect(judged({ answer: old })).toMatchObject({
      failure: "panicked",
      words: expect.stringContaining("40 s after the reboot"),
    });
    expect(judged({ answer: old, untilStartMs: 320_000 })).toMatchObject({
      failure: "was reset",
      words: expect.stringMatching(/within 320 s.*panicked, or hung/),
    });
  });

  test("a reset the watchdog says was its own tells a kernel that stood still", () => {
    const verdict = judged({ answer: old, evidence: { watchdogReset: true } });
    expect(verdict).toMatchObject({ failure: "hung", words: expect.stringMatching(/watchdog/) });
  });

  test.each<[readonly string[], string, RegExp]>([
    [["nic lo unknown"], "lost its network", /no network interface/],
    [["nic lo unknown", "nic eth0 down"], "lost its network", /eth0 down/],
    [["init sh", "nic eth0 up"], "hung", /first process: sh/],
  ])("the dead man's report of %j tells that it %s", (lines, failure, words) => {
    const report = ["token 12", "release 6.1.0-new", ...lines];
    expect(judged({ answer: old, evidence: { report }, untilStartMs: 320_000 })).toMatchObject({
      failure,
      words: expect.stringMatching(words),
    });
  });
});

test("reads what hosts answer", () => {
  const text = "boot b2\nrelease 6.1.0-new\nonce yes\nconfig /boot aa\nuptime 9.00\n";
  expect(parseBootAnswer(text)).toEqual(proven);
  expect(
    parseBootAnswer("boot b2\nrelease x\nonce no\nconfig none none\nuptime 1.5\n"),
  ).toMatchObject({
    once: false,
    configFrom: undefined,
    configSha256: undefined,
  });
  expect(parseBootAnswer("boot b2\n")).toBeUndefined();
  expect(
    parseBootEvidence(
      "next hoststack-once\nreport token 12\nreport nic lo up\nwatchdog reset\ncrash a b\n",
    ),
  ).toEqual({
    nextEntry: "hoststack-once",
    report: ["token 12", "nic lo up"],
    watchdogReset: true,
    crash: ["a b"],
  });
});
