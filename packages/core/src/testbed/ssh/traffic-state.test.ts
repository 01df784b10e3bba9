import { isHoststackError } from "@hoststack/tools";
import { describe, expect, test } from "vitest";
import type { TestbedFile } from "../file/schema.js";
import type { Link } from "../testbed.js";
import { checkTraffic } from "../traffic/check-traffic.js";
import type { TrafficDemand, TrafficRisk } from "../traffic/traffic.js";
import type { Interface } from "./interfaces.js";
import type { HostProbe } from "./probe.js";
import { trafficState } from "./traffic-state.js";

const card = (name: string, more: Partial<Interface> = {}): Interface => ({
  ...{ name, up: true, carrier: true, mtuBytes: 1500, addresses: [] },
  ...more,
});

const probe = (more: Partial<HostProbe> = {}) =>
  ({
    interfaces: [card("eno1"), card("ens1"), card("ens1.7", { lower: "ens1" })],
    hardware: new Map([["ens1.7", { speedBitsPerS: 25e9 }]]),
    defaultRouteNics: ["eno1"],
    sshNics: ["eno1"],
    sshTold: true,
    ...more,
  }) as HostProbe;

const link: Link = {
  name: "data",
  mtuBytes: 1500,
  ends: [
    { host: "a", nic: "ens1.7", addresses: ["10.0.0.1"] },
    { host: "b", nic: "ens1.7", addresses: ["10.0.0.2"] },
  ],
};

interface Case {
  readonly a?: Partial<HostProbe>;
  readonly b?: Partial<HostProbe>;
  readonly traffic?: TestbedFile["traffic"];
  readonly unconfirmed?: string;
  readonly demand?: TrafficDemand;
  readonly allow?: readonly TrafficRisk[];
}

/** What one experiment's traffic is refused for. */
function risks({ a, b, traffic, unconfirmed, demand, allow = [] }: Case): unknown {
  const state = trafficState({
    file: { version: 1, hosts: { a: { ssh: "a" }, b: { local: true } }, links: [], traffic },
    links: [link],
    probes: new Map([
      ["a", probe(a)],
      ["b", probe(b)],
    ]),
    unconfirmed: new Map([["data/b", unconfirmed]]),
    allow,
  });
  try {
    checkTraffic([{ experiment: "bulk", link, demand }], state);
  } catch (error) {
    if (isHoststackError(error, "TRAFFIC_REFUSED")) return error.details?.["risks"];
    throw error;
  }
  return [];
}

const seconds = 4;
const noSpeed = { hardware: new Map() };

describe("traffic is refused for", () => {
  test.each<[string, Case, TrafficRisk[]]>([
    ["nothing on a link of its own", {}, []],
    [
      "a VLAN on the card of the default route",
      { a: { defaultRouteNics: ["ens1"] } },
      ["default-route"],
    ],
    [
      "a card in a bond that SSH uses",
      {
        b: {
          interfaces: [
            card("ens1", { master: "bond0" }),
            card("ens1.7", { lower: "ens1" }),
            card("bond0"),
          ],
          sshNics: ["bond0"],
        },
      },
      ["ssh-session"],
    ],
    ["a session that is not told", { a: { sshTold: false, sshNics: [] } }, ["ssh-session"]],
    ["no session on the machine itself", { b: { sshTold: false, sshNics: [] } }, []],
    ["a peer that is not confirmed", { unconfirmed: "nothing answers" }, ["unconfirmed-peer"]],
    ["the link's speed over the limit", { traffic: { maxRateGbps: 10 } }, ["rate"]],
    ["the faster end", { traffic: { maxRateGbps: 10 }, b: noSpeed }, ["rate"]],
    [
      "no rate where no speed is known",
      { traffic: { maxRateGbps: 1 }, a: noSpeed, b: noSpeed },
      [],
    ],
    ["its own rate", { traffic: { maxRateGbps: 1 }, demand: { seconds, bitsPerS: 2e9 } }, ["rate"]],
    [
      "no rate below the limit",
      { traffic: { maxRateGbps: 1 }, demand: { seconds, bitsPerS: 1e9 } },
      [],
    ],
    ["its time", { traffic: { maxSeconds: 3 }, demand: { seconds } }, ["time"]],
    ["a time it does not say", { traffic: { maxSeconds: 3 } }, ["time"]],
    ["no time within the limit", { traffic: { maxSeconds: 4 }, demand: { seconds } }, []],
    [
      "what is not allowed of several things",
      { a: { defaultRouteNics: ["ens1.7"], sshNics: ["ens1"] }, allow: ["ssh-session"] },
      ["default-route"],
    ],
    [
      "nothing that the file allows",
      { a: { sshNics: ["ens1"] }, traffic: { allow: ["ssh-session"] } },
      [],
    ],
  ])("%s", (_, given, expected) => {
    expect(risks(given)).toEqual(expected);
  });
});
