import { flowSteeringStep } from "@hoststack/core";
import { describe, expect, test } from "vitest";
import {
  cardRules,
  clusterPlan,
  clusterPort,
  ethtoolLines,
  longFlowPlan,
  shortMessagePlan,
  steeringNeeds,
} from "./plans.js";

const line = (...[src, dst, queue, location]: [number, number, number, number]) =>
  `ethtool -U lab0 flow-type tcp4 src-port ${src} dst-port ${dst} action ${queue} loc ${location}`;

describe("long flows", () => {
  test("have upstream's 30 rules: data by flow, matching packets by port", () => {
    const lines = ethtoolLines(longFlowPlan(), "lab0");
    expect(lines).toHaveLength(30);
    expect([lines[0], lines[14]]).toEqual([
      line(10_000, 10_000, 0, 0),
      line(10_014, 10_014, 14, 14),
    ]);
    expect([lines[15], lines[29]]).toEqual([line(0, 0, 0, 15), line(14, 14, 14, 29)]);
  });

  test("have as many as are asked for", () => {
    expect(steeringNeeds(longFlowPlan({ flows: 2, portRange: 4 }))).toEqual({
      rules: 6,
      queues: 4,
    });
  });
});

describe("short messages", () => {
  test("have upstream's 47 rules, the data's ports by role", () => {
    const client = ethtoolLines(shortMessagePlan("client"), "lab0");
    const server = ethtoolLines(shortMessagePlan("server"), "lab0");
    expect([client.length, server.length]).toEqual([47, 47]);
    expect(client[31]).toBe(line(10_000, 10_031, 0, 31));
    expect(server[31]).toBe(line(10_031, 10_000, 0, 31));
    expect(client.slice(32)).toEqual(server.slice(32));
    expect(client[46]).toBe(line(14, 14, 14, 46));
  });
});

describe("a cluster", () => {
  test("of 8 hosts has upstream's 272 rules", () => {
    const lines = ethtoolLines(clusterPlan({ hosts: 8, index: 3 }), "lab0");
    expect(lines).toHaveLength(272);
    expect(lines[0]).toBe(line(12_256, 12_256, 0, 0));
    expect(lines[127]).toBe(line(14_063, 14_063, 15, 127));
    expect(lines[128]).toBe(line(4768, 4768, 16, 128));
    expect(lines[255]).toBe(line(32_783, 32_783, 31, 255));
    expect(lines[256]).toBe(line(0, 0, 0, 256));
    expect(lines[271]).toBe(line(15, 15, 15, 271));
  });

  test("with queues apart takes 48 of them", () => {
    const plan = clusterPlan({ hosts: 8, index: 1, queues: "apart" });
    expect(steeringNeeds(plan).queues).toBe(48);
    expect(ethtoolLines(plan, "lab0")[20]).toBe(line(4516, 4516, 4, 20));
    expect(ethtoolLines(plan, "lab0")[255]).toBe(line(32_271, 32_271, 45, 255));
  });

  test("gives a NIC no two rules for the same packets, where upstream's names a host its own peer", () => {
    const plan = clusterPlan({ hosts: 8, index: 3 });
    expect(() => flowSteeringStep({ nic: "lab0", rules: plan })).toThrow(/two rules for the same/);
    expect(cardRules(plan)).toHaveLength(256);
    expect(flowSteeringStep({ nic: "lab0", rules: cardRules(plan) }).title).toMatch(/256 rules/);
  });

  test("has no two pairs of hosts with the same port, and refuses what would be one", () => {
    const hosts = Array.from({ length: 15 }, (_, index) => index + 1);
    const ports = hosts.flatMap((server) =>
      hosts.flatMap((client) => [clusterPort(server, client, 0), clusterPort(server, client, 15)]),
    );
    expect(new Set(ports).size).toBe(ports.length);
    expect(() => clusterPort(1, 16, 0)).toThrow(/no port of its own for flow 0 from host 16/);
    expect(() => clusterPort(17, 1, 0)).toThrow(/from host 1 to host 17/);
    expect(() => clusterPort(1, 2, 16)).toThrow(/flow 16/);
    // the last port there is, and the first there is none: 4000 x 16 + 256 x 6 = 65 536
    expect(clusterPort(16, 5, 15)).toBe(65_295);
    expect(() => clusterPort(16, 6, 0)).toThrow(
      expect.objectContaining({
        ...{ code: "OPTIONS_INVALID", remedy: "use at most 15 hosts and 16 flows of a pair" },
        message: "there is no port of its own for flow 0 from host 6 to host 16",
      }),
    );
  });
});
