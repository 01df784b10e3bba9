import { stepsOfProfile } from "@hoststack/core";
import { describe, expect, test } from "vitest";
import { hostView } from "../../test/support/host.js";
import { profileSteps } from "../experiments/run-profile.js";
import { dcpimProfiles } from "./system-profiles.js";

const pair = { clients: 1, servers: 1 };
const client = hostView({ host: "client", cpus: 4 });
const server = hostView({ host: "server", cpus: 4 });
const rulesOf = (steps: ReturnType<typeof dcpimProfiles.long.steps>) =>
  steps.at(-1)?.options["rules"] as readonly {
    readonly dstPort: number;
    readonly srcPort: number;
  }[];

describe("profiles for tune", () => {
  test.each(["long", "short"] as const)("%s is what a run with it sets", (name) => {
    const ids = (steps: readonly { readonly id: string; readonly title: string }[]) =>
      steps.map(({ id, title }) => `${id} ${title}`);
    for (const host of [client, server]) {
      const kept = stepsOfProfile(dcpimProfiles[name].steps(host, pair), { lifetime: "kept" });
      expect(kept.every(({ lifetime }) => lifetime === "kept")).toBe(true);
      // a run needs its fixed ports again at once
      const [ports, ...others] = profileSteps(name, host, 1).toReversed();
      expect(ids(others.toReversed())).toEqual(ids(kept));
      expect(ports?.id).toBe("sysctl:net.ipv4.tcp_tw_reuse");
    }
  });

  test("short steers what comes to the role of a host", () => {
    const ports = (host: typeof client) =>
      rulesOf(dcpimProfiles.short.steps(host, pair))
        .slice(0, 2)
        .map(({ srcPort, dstPort }) => [srcPort, dstPort]);
    expect(ports(client)).toEqual([
      [10_000, 10_000],
      [10_000, 10_001],
    ]);
    expect(ports(server)).toEqual([
      [10_000, 10_000],
      [10_001, 10_000],
    ]);
  });

  test("queues interrupt CPUs of applications, not the matching one", () => {
    const cpus = dcpimProfiles.long.steps(server, pair).find(({ step }) => step === "irq-affinity");
    expect(cpus?.options["cpus"]).toEqual([0, 2, 3]);
  });

  test("cloudlab numbers hosts as runs do, servers first, and needs a port of its own for each flow", () => {
    const counts = { clients: 4, servers: 4 };
    const second = { ...hostView({ host: "client-2", cpus: 4 }), index: 1 };
    const [first] = rulesOf(dcpimProfiles.cloudlab.steps(second, counts));
    // as a server it would be the sixth host, of the first client
    expect(first?.dstPort).toBe(4000 * 6 + 256);
    expect(() => dcpimProfiles.cloudlab.steps(second, { clients: 12, servers: 4 })).toThrow(
      /at most 15 hosts|no port of its own/,
    );
  });
});
