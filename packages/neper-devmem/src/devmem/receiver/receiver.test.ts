import { readFileSync } from "node:fs";
import { type Answer, quoteArgv, type Step } from "@hoststack/core";
import { expect, test } from "vitest";
import { driverResetCommands, driverResetStep } from "./driver-reset.js";
import { receiverSteps } from "./receiver-steps.js";
import { settledCommand } from "./settled-command.js";
import { steeringGuardStep } from "./steering-guard.js";

const said = (stdout: string): Answer => ({ stdout, stderr: "", exitCode: 0 });
const place = { savedDirectory: "/saved" };

/** Calls of tcpd's own reset, recorded by a program in ethtool's place. */
const recorded = readFileSync(
  new URL("../../../test/fixtures/driver-reset-calls.txt", import.meta.url),
  "utf8",
);

test("resets by tcpd's ten commands, in its order", () => {
  const lines = driverResetCommands("eth1").map(({ argv }) => quoteArgv(argv));
  expect(`${lines.join("\n")}\n`).toBe(recorded);
});

const flags = (split: string, strict: string, size: string) =>
  `enable-header-split: ${split}\nenable-strict-header-split: ${strict}\nenable-max-rx-buffer-size: ${size}\n`;
const features = (value: string) => `Features for eth1:\nntuple-filters: ${value}\n`;
const table = (count: number, size = 32) =>
  `table ${Array.from({ length: size }, (_, at) => at % count).join(" ")}\n`;

interface Seen {
  readonly flags: string;
  readonly rss: string;
  readonly ntuple: string;
  readonly rings?: number;
}

function decide({ flags: flagText, rss, ntuple, rings = 16 }: Seen) {
  const text = `-- 1\n${flagText}-- 2\n${rss}-- 3\n${ntuple === "" ? "" : `ntuple-filters: ${ntuple}\n`}`;
  const common = [said("nics\n"), said("0\n")];
  const answers = [
    ...[...common, said("Private flags for eth1:\n"), said("")],
    ...[...common, said(`rings ${rings}\n`)],
    ...[...common, said(features(ntuple))],
  ];
  return driverResetStep({ nic: "eth1" }).decide(said(text), answers, place);
}

test("reads back what the commands lead to, and undoes what was otherwise", () => {
  const decision = decide({
    ...{ flags: flags("off", "off", "off"), rss: table(8), ntuple: "off", rings: 16 },
  });
  if (decision.state !== "needed") throw new Error(JSON.stringify(decision));
  expect(decision.wanted).toBe(
    `-- 1\n${flags("off", "off", "on")}-- 2\n${table(16)}-- 3\nntuple-filters: on\n`,
  );
  expect(decision.actions).toEqual(driverResetCommands("eth1"));
  expect(decision.undo.map(({ argv }) => argv.slice(4))).toEqual([
    ["ethtool", "--set-priv-flags", "eth1", "enable-header-split", "off"],
    ["ethtool", "--set-priv-flags", "eth1", "enable-strict-header-split", "off"],
    ["ethtool", "--set-priv-flags", "eth1", "enable-max-rx-buffer-size", "on"],
    ["ethtool", "--set-rxfh-indir", "eth1", "equal", "16"],
    ["ethtool", "-K", "eth1", "ntuple", "on"],
    ["-K", "eth1", "ntuple", "off"],
    ["eth1", "equal", "8"],
    ["--set-priv-flags", "eth1", "enable-max-rx-buffer-size", "off"],
  ]);
  expect(decision.diff).toContain("enable-max-rx-buffer-size off -> on");
});

test("has nothing to do where all of it holds", () => {
  const seen = { flags: flags("off", "off", "on"), rss: table(16), ntuple: "on" };
  expect(decide(seen)).toEqual({ state: "satisfied" });
});

test("refuses with all reasons at once", () => {
  const decision = decide({
    flags: "unsupported netlink error: Operation not supported\n",
    ...{ rss: "unsupported netlink error: Operation not supported\n", ntuple: "off [fixed]" },
  });
  expect(decision).toMatchObject({
    state: "impossible",
    reason:
      "the driver of eth1 has no private flags: Operation not supported; " +
      "the driver of eth1 has no RSS: Operation not supported; " +
      "eth1 cannot switch ntuple on: its driver holds ntuple-filters off [fixed]",
  });
  const few = { flags: flags("off", "off", "off"), rss: table(8), ntuple: "off", rings: 8 };
  expect(decide(few)).toMatchObject({ reason: "eth1 has 8 receive queues, not 16" });
});

const guard = (text: string, options = {}) =>
  steeringGuardStep("eth1", options).decide(said(text), [], place);

test("steering that would be lost is guarded", () => {
  expect(guard("rules 0\nrss uneven\n")).toEqual({ state: "satisfied" });
  expect(guard("rules 0\nrss even\n", { rss: true })).toEqual({ state: "satisfied" });
  expect(guard("rules 1\nrss even\n")).toMatchObject({
    reason: expect.stringContaining("1 steering rule, which"),
  });
  expect(guard("rules 0\nrss uneven\n", { rss: true })).toMatchObject({ state: "impossible" });
});

test("each engine has its own steps", () => {
  const ids = (steps: readonly Step[]) => steps.map(({ id }) => id);
  const nic = "eth1";
  expect(ids(receiverSteps("baseline", { nic }))).toEqual([]);
  expect(ids(receiverSteps("legacy-tcpd", { nic, mtuBytes: 8244 }))).toEqual([
    ...["link:eth1:steering-guard", "link:eth1:mtu", "link:eth1:driver-reset"],
  ]);
  expect(ids(receiverSteps("mainline", { nic, combined: 16 }))).toEqual([
    ...["link:eth1:steering-guard", "link:eth1:channels", "link:eth1:rings", "link:eth1:offloads"],
  ]);
});

test("a program that leaves its NIC otherwise is followed by what sets it back", () => {
  const argv = settledCommand(["./tcp_stream", "-T", "1"], driverResetCommands("eth1"));
  expect(argv.slice(0, 2)).toEqual(["sh", "-c"]);
  expect(argv.slice(3)).toEqual(["sh", recorded.trimEnd(), "./tcp_stream", "-T", "1"]);
});
