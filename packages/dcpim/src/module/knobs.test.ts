import type { CpuTopology } from "@hoststack/core";
import { describe, expect, test } from "vitest";
import { checkFit, knobFindings, knobsOf, planCpus } from "./fit-knobs.js";
import {
  checkKnobs,
  cloudLabKnobs,
  derivedKnobs,
  emulatedGuestKnobs,
  knobDefines,
  publishedKnobs,
} from "./knobs.js";

describe("what follows from knobs", () => {
  test("is the module's own arithmetic for upstream's servers", () => {
    expect(derivedKnobs(publishedKnobs)).toEqual({
      ...{ roundNs: 26_000, epochNs: 104_000, bdpBytes: 735_000 },
      ...{ bytesPerChannelAndEpoch: 318_500, largestMessageBytes: 318_500 },
      idleRequestsPerS: 153_846,
    });
  });

  test("is for CloudLab's", () => {
    expect(derivedKnobs(cloudLabKnobs)).toMatchObject({
      ...{ roundNs: 39_000, epochNs: 156_000, bdpBytes: 750_000 },
      bytesPerChannelAndEpoch: 487_500,
    });
  });

  test("is little traffic for emulated guests, who get ten seconds to connect", () => {
    expect(derivedKnobs(emulatedGuestKnobs)).toMatchObject({
      bdpBytes: 750_000,
      idleRequestsPerS: 1538,
    });
    const { handshakeRetryUs, handshakeTries } = emulatedGuestKnobs;
    expect(handshakeRetryUs * handshakeTries).toBe(10_000_000);
  });
});

describe("knobs", () => {
  test("become one macro each", () => {
    const defines = knobDefines(publishedKnobs);
    expect(Object.keys(defines)).toHaveLength(Object.keys(publishedKnobs).length);
    expect(defines).toMatchObject({ DCPIM_MATCHING_CPU: 60, DCPIM_HANDSHAKE_RETRY_NS: 1_000_000 });
    expect(defines).toMatchObject({ DCPIM_HANDSHAKE_TRIES: 10 });
  });

  test.each([
    [{ matchingCpu: -1 }, /"matchingCpu"/],
    [{ channels: 0 }, /"channels"/],
    [{ bandwidthGbps: 2.5 }, /"bandwidthGbps"/],
    [{ rttUs: 1, bandwidthGbps: 1 }, /"rttUs": leaves no byte/],
    [
      { controlRttUs: 100_000, rounds: 64 },
      /"controlRttUs": makes an epoch longer than the module/,
    ],
    [{ rttUs: 100_000, bandwidthGbps: 800 }, /"rttUs": makes more bytes than the module/],
  ])("%j are refused", (change, message) => {
    expect(() => checkKnobs({ ...publishedKnobs, ...change })).toThrow(message);
  });
});

/** Two sockets of four cores with two CPUs each; the NIC is on node 1. */
const topology: CpuTopology = {
  cpus: Array.from({ length: 16 }, (_, cpu) => {
    const core = cpu % 8;
    return { cpu, core, socket: core % 2, node: core % 2 };
  }),
  nics: { data0: 1 },
};
const place = { topology, nic: "data0", linkGbps: 25 };

describe("a machine", () => {
  test("gets a core for each application and the last one for matching, local to its NIC", () => {
    expect(planCpus(place, 2)).toEqual({ applications: [1, 3], matching: 5 });
    expect(() => planCpus(place, 4)).toThrow(/cpus/);
  });

  test("gets its link's rate, or that of the base where the link does not tell", () => {
    expect(knobsOf(place, 1, publishedKnobs)).toEqual({
      ...publishedKnobs,
      ...{ bandwidthGbps: 24, matchingCpu: 3 },
    });
    const virtual = { ...place, linkGbps: undefined };
    expect(knobsOf(virtual, 1, emulatedGuestKnobs).bandwidthGbps).toBe(1);
  });

  test("without the matching CPU is refused before the module is loaded", () => {
    expect(() => checkFit(publishedKnobs, place, "server")).toThrow(
      /"matchingCpu" of server: there is no CPU 60, the last is 15: loading the module would be an oops/,
    );
    expect(() => checkFit({ ...publishedKnobs, matchingCpu: 15 }, place, "server")).not.toThrow();
  });

  test("is told what only costs performance", () => {
    const knobs = { ...publishedKnobs, matchingCpu: 2, bandwidthGbps: 40, portRange: 15 };
    const found = knobFindings(knobs, place, { applicationCpus: [2], matchingRules: 16 });
    expect(found.map(({ knob, fatal }) => [knob, fatal])).toEqual([
      ["matchingCpu", false],
      ["matchingCpu", false],
      ["bandwidthGbps", false],
      ["portRange", false],
    ]);
    const slow = knobFindings({ ...knobs, bandwidthGbps: 1 }, place, { applicationCpus: [] });
    expect(slow.map(({ text }) => text)).toContain(
      "the module would use no more than 1 Gbit/s of a link that has 25",
    );
  });
});
