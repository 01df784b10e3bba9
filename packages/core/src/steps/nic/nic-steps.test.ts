import { expect, test } from "vitest";
import type { Answer, Step } from "../../plan/step.js";
import { channelsStep } from "./channels.js";
import { coalescingStep } from "./coalescing.js";
import { offloadsStep } from "./offloads.js";
import { pauseStep } from "./pause.js";
import { privateFlagsStep } from "./private-flags.js";
import { ringsStep } from "./rings.js";

const said = (stdout: string, exitCode = 0): Answer => ({ stdout, stderr: "", exitCode });
const nic = "ens2f0";

function decide(step: Step, seen: string, listing = "") {
  const answers = [said("nics\n"), said("0\n"), said(listing)];
  return step.decide(said(seen), answers, { savedDirectory: "/saved" });
}

/** As ethtool 6.1 prints them (rings.c). */
const rings = `Ring parameters for ens2f0:
Pre-set maximums:
RX:\t\t8192
RX Mini:\tn/a
TX:\t\t8192
Current hardware settings:
RX:\t\t1024
RX Mini:\tn/a
TX:\t\t1024
`;

test("sets what differs and comes back to it", () => {
  const decision = decide(ringsStep({ nic, rx: 256, tx: 1024 }), "RX: 1024\nTX: 1024\n", rings);
  expect(decision).toMatchObject({
    wanted: "RX: 256\nTX: 1024\n",
    actions: [{ argv: ["ethtool", "-G", nic, "rx", "256"] }],
    diff: "ens2f0: rx 1024 -> 256",
    irreversible: [expect.stringContaining("may go down")],
  });
  if (decision.state !== "needed") throw new Error("not needed");
  expect(decision.undo[0]?.argv.slice(4)).toEqual(["-G", nic, "rx", "1024"]);
  expect(decide(ringsStep({ nic, rx: 1024 }), "RX: 1024\n", rings)).toEqual({
    state: "satisfied",
  });
});

test("an ethtool that is too old is told before", () => {
  const step = ringsStep({ nic, tcpDataSplit: true });
  const answers = [said("nics\n"), said("0\n"), said(rings), said("tcp-data-split\n")];
  const place = { savedDirectory: "/saved" };
  expect(step.decide(said("TCP data split: off\n"), answers, place)).toMatchObject({
    state: "impossible",
    reason: "the host's ethtool cannot set tcp-data-split",
  });
});

test.each([
  [ringsStep({ nic, rx: 9000 }), "RX: 1024\n", "ens2f0 takes rx of at most 8192, not 9000"],
  [
    ringsStep({ nic, rxMini: 1, tx: 2 }),
    "RX Mini: n/a\nTX: 1024\n",
    "the driver of ens2f0 has no rx-mini among its ring sizes",
  ],
  [
    ringsStep({ nic, tcpDataSplit: true }),
    "",
    "the driver of ens2f0 has no tcp-data-split among its ring sizes",
  ],
  [
    pauseStep({ nic, rx: false }),
    "unsupported netlink error: Operation not supported\n",
    "the driver of ens2f0 has no pause frames: Operation not supported",
  ],
])("refuses %#", (step, seen, reason) => {
  expect(decide(step, seen, rings)).toMatchObject({ state: "impossible", reason });
});

test("pause frames that are negotiated are not set", () => {
  const listing = "Pause parameters for ens2f0:\nAutonegotiate:\ton\nRX:\t\ton\nTX:\t\toff\n";
  const reason =
    "ens2f0 negotiates its pause frames with the other end of the link: tx on would not hold";
  const refused = { state: "impossible", reason };
  expect(decide(pauseStep({ nic, tx: true }), "TX: off\n", listing)).toMatchObject(refused);
  const asked = pauseStep({ nic, autonegotiate: true, tx: true });
  const byHand = "Autonegotiate: off\nTX: off\n";
  expect(decide(asked, byHand, listing.replace("on", "off"))).toMatchObject(refused);
  expect(decide(pauseStep({ nic, rx: true }), "RX: on\n", listing)).toEqual({
    state: "satisfied",
  });
  expect(
    decide(pauseStep({ nic, tx: true }), "TX: off\n", listing.replace("on", "off")),
  ).toMatchObject({ state: "needed" });
});

test.each([
  [
    coalescingStep({ nic, adaptiveRx: false, adaptiveTx: false, rxUsecs: 6 }),
    "adaptive-rx: on\nadaptive-tx: off\nrx-usecs: 8\n",
    {
      action: ["-C", nic, "adaptive-rx", "off", "rx-usecs", "6"],
      undo: ["-C", nic, "adaptive-rx", "on", "rx-usecs", "8"],
    },
  ],
  [
    pauseStep({ nic, autonegotiate: false, rx: false, tx: false }),
    "Autonegotiate: on\nRX: on\nTX: on\n",
    {
      action: ["-A", nic, "autoneg", "off", "rx", "off", "tx", "off"],
      undo: ["-A", nic, "autoneg", "on", "rx", "on", "tx", "on"],
    },
  ],
  [
    privateFlagsStep({ nic, flags: { "legacy-rx": true } }),
    "legacy-rx: off\n",
    {
      action: ["--set-priv-flags", nic, "legacy-rx", "on"],
      undo: ["--set-priv-flags", nic, "legacy-rx", "off"],
    },
  ],
  [
    channelsStep({ nic, combined: 32 }),
    "Combined: 63\n",
    { action: ["-L", nic, "combined", "32"], undo: ["-L", nic, "combined", "63"] },
  ],
])("does and undoes %#", (step, seen, { action, undo }) => {
  const listing = rings.replace("Ring", "Channel").replaceAll("TX:", "Combined:");
  const decision = decide(step, seen, listing);
  if (decision.state !== "needed") throw new Error(JSON.stringify(decision));
  expect(decision.actions.map(({ argv }) => argv.slice(1))).toEqual([action]);
  expect(decision.undo.map(({ argv }) => argv.slice(4))).toEqual([undo]);
});

/** A card with checksums of each protocol, as older Intel cards have them. */
const features = (tx: string, tso: string) => `Features for ens2f0:
rx-checksumming: on
tx-checksumming: ${tx}
\ttx-checksum-ipv4: ${tx}
\ttx-checksum-ip-generic: off [fixed]
\ttx-checksum-ipv6: ${tx}
scatter-gather: on
\ttx-scatter-gather: on
tcp-segmentation-offload: ${tso}
\ttx-tcp-segmentation: ${tso}
\ttx-tcp6-segmentation: ${tso}
`;
const lines = (listing: string, pattern: RegExp) =>
  listing
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => pattern.test(line))
    .map((line) => `${line}\n`)
    .join("");

test("a group is on when one of its members is", () => {
  const listing = features("on", "on");
  const step = offloadsStep({ nic, tx: true, tso: true });
  expect(decide(step, lines(listing, /^tx-(checksum-|tcp)/), listing)).toEqual({
    state: "satisfied",
  });
});

test("checksums of each protocol are switched where there is no other", () => {
  const listing = features("off", "off [requested on]");
  const decision = decide(
    offloadsStep({ nic, tx: true }),
    lines(listing, /^tx-checksum-/),
    listing,
  );
  expect(decision).toMatchObject({
    wanted: "tx-checksum-ipv4: on\ntx-checksum-ip-generic: off [fixed]\ntx-checksum-ipv6: on\n",
    actions: [{ argv: ["ethtool", "-K", nic, "tx-checksum-ipv4", "on", "tx-checksum-ipv6", "on"] }],
  });
});

test("segmentation without checksums is refused, with them it is not", () => {
  const listing = features("off", "off");
  expect(
    decide(offloadsStep({ nic, tso: true }), lines(listing, /^tx-tcp/), listing),
  ).toMatchObject({ reason: "ens2f0 would not keep tso on: it needs tx, which is off" });
  const both = offloadsStep({ nic, tx: true, tso: true });
  expect(decide(both, lines(listing, /^tx-(checksum|tcp)/), listing)).toMatchObject({
    state: "needed",
  });
});

test.each([
  ["rx", () => ringsStep({ nic })],
  ["rx", () => ringsStep({ nic, rx: -1 })],
  ["rx", () => offloadsStep({ nic })],
  ["rxUsecs", () => coalescingStep({ nic, adaptiveRx: true, rxUsecs: 6 })],
  ["flags", () => privateFlagsStep({ nic, flags: {} })],
  ["combined", () => channelsStep({ nic, combined: 1.5 })],
])("names the wrong option, %s %#", (field, make) => {
  expect(make).toThrow(
    expect.objectContaining({
      code: "OPTIONS_INVALID",
      message: expect.stringContaining(`"${field}": `),
    }),
  );
});
