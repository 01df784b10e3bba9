import { expect, test } from "vitest";
import type { Answer } from "../../plan/step.js";
import { type PtpStepOptions, ptpStep } from "./ptp.js";
import { parsePtpReading } from "./ptp-reading.js";
import { ptpWatchParser } from "./ptp-watch.js";
import { parseTimeSyncState } from "./read-time-sync.js";
import { timeSyncStoppedStep } from "./time-sync.js";

const said = (stdout: string): Answer => ({ stdout, stderr: "", exitCode: 0 });
const place = { savedDirectory: "/saved" };
const hardware = "can hardware-transmit\ncan hardware-receive\nclock 0\n";
const decide = (options: Omit<PtpStepOptions, "nic">, around: string) =>
  ptpStep({ nic: "eth1", ...options }).decide(
    said("stopped\n"),
    [said("nics\n"), said("0\n"), said(around)],
    place,
  );

test("with hardware stamps the system's clock is carried along", () => {
  const decision = decide({}, hardware);
  if (decision.state !== "needed") throw new Error(JSON.stringify(decision));
  expect(decision.wanted).toMatch(/^ptp4l phc2sys hardware stamps, L2, E2E, priority 128\n$/);
  expect(decision.actions[0]?.argv.slice(4, 10)).toEqual([
    "eth1",
    "hardware stamps, L2, E2E, priority 128",
    "phc2sys",
    ...["-H", "-2", "-E"],
  ]);
});

test.each(["hardware", "software"] as const)("a late stamp of %s is waited for", (timestamping) => {
  const around = `${hardware}can software-transmit\ncan software-receive\n`;
  const decision = decide({ timestamping }, around);
  if (decision.state !== "needed") throw new Error(JSON.stringify(decision));
  expect(decision.actions[0]?.argv).toContain("--tx_timestamp_timeout=100");
});

test.each([
  [{}, "can software-transmit\ncan software-receive\n", /no hardware-transmit.*no PTP hardware/],
  [{}, `missing ptp4l\n${hardware}`, /there is no ptp4l/],
  [{}, `${hardware}other chronyd\n`, /chronyd would set the clock as well/],
])("refuses %j with %j", (options, around, reason) => {
  expect(decide(options, around)).toMatchObject({ reason: expect.stringMatching(reason) });
});

test("who only measures may do so beside a program that sets the clock", () => {
  expect(decide({ freeRunning: true }, `${hardware}other chronyd\n`).state).toBe("needed");
});

test("what sets the clock is stopped, and started again in the opposite order", () => {
  const services = said("0\nchronyd systemd chrony\nntpd init ntp\n");
  const decision = timeSyncStoppedStep().decide(said("chronyd\nntpd\n"), [services], place);
  if (decision.state !== "needed") throw new Error(JSON.stringify(decision));
  expect(decision.actions.map(({ argv }) => argv.slice(4))).toEqual([
    ["chronyd", "systemctl", "stop", "chrony"],
    ["ntpd", "/etc/init.d/ntp", "stop"],
  ]);
  expect(decision.undo.map(({ argv }) => argv.slice(4))).toEqual([
    ["ntpd", "/etc/init.d/ntp", "start"],
    ["chronyd", "systemctl", "start", "chrony"],
  ]);
});

test("a clock that was started by hand is left alone", () => {
  const decision = timeSyncStoppedStep().decide(
    said("chronyd\n"),
    [said("0\nchronyd none \n")],
    place,
  );
  expect(decision).toMatchObject({ reason: expect.stringContaining("not as a service") });
});

test("answers of pmc and phc2sys are read", () => {
  const slave = `sending: GET TIME_STATUS_NP
	525400.fffe.bb0002-0 seq 0 RESPONSE MANAGEMENT TIME_STATUS_NP
		master_offset              -417
		gmIdentity                 525400.fffe.bb0001
		portState               SLAVE
phc2sys[91.2]: CLOCK_REALTIME phc offset       -23 s2 freq  +1190 delay 512
`;
  expect(parsePtpReading(slave)).toEqual({
    role: "follower",
    offsetNs: -417,
    systemOffsetNs: -23,
    grandmaster: "525400.fffe.bb0001",
  });
  expect(parsePtpReading("\tportState   LISTENING\n")).toEqual({ role: "none" });
  const freeRunning = (offset: number) =>
    parsePtpReading(`\tmaster_offset  ${offset}\n\tportState  UNCALIBRATED\n`);
  expect(freeRunning(0)).toEqual({ role: "none" });
  expect(freeRunning(17)).toEqual({ role: "follower", offsetNs: 17 });
});

test("what keeps a clock is told", () => {
  expect(parseTimeSyncState("running chronyd\nsynchronized yes\n")).toEqual({
    running: ["chronyd"],
    synchronized: true,
  });
  expect(parseTimeSyncState("")).toEqual({ running: [], synchronized: undefined });
});

test("802.1AS has its own messages, and is by neighbours over L2 alone", () => {
  const decision = decide({ standard: "802.1AS", priority: 247 }, hardware);
  if (decision.state !== "needed") throw new Error(JSON.stringify(decision));
  const argv = decision.actions[0]?.argv ?? [];
  expect(argv).toEqual(expect.arrayContaining(["-P", "-2", "-H", "--priority1=247"]));
  expect(argv).toEqual(expect.arrayContaining(["--transportSpecific=1", "--follow_up_info=1"]));
  expect(argv).toContain("--neighborPropDelayThresh=800");
  expect(() => ptpStep({ nic: "eth1", standard: "802.1AS", transport: "UDPv4" })).toThrow(
    /standard.*802\.1AS is by L2 and P2P alone/,
  );
});

test("a watch's lines are read from where its clock was as asked", () => {
  const lines = `none offset - ns system - ns grandmaster -
follower offset -90000 ns system 12 ns grandmaster 525400.fffe.bb0001
follower offset -17 ns system -4 ns grandmaster 525400.fffe.bb0001
settled
follower offset 23 ns system 6 ns grandmaster 525400.fffe.bb0001
reference offset - ns sys`;
  const grandmaster = "525400.fffe.bb0001";
  expect(ptpWatchParser.parse(lines)).toEqual({
    settled: true,
    readings: [
      { role: "follower", offsetNs: -17, systemOffsetNs: -4, grandmaster },
      { role: "follower", offsetNs: 23, systemOffsetNs: 6, grandmaster },
    ],
  });
  expect(() => ptpWatchParser.parse("ptp4l does not run\n")).toThrow(/no reading/);
});
