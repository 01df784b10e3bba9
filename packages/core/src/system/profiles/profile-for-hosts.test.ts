import { expect, test } from "vitest";
import type { WiredLink, Wiring } from "../../experiment/assign-hosts.js";
import type { Host } from "../../host/host.js";
import { profileForHosts } from "./profile-for-hosts.js";
import { profileNamed } from "./profile-named.js";
import { defineProfile } from "./system-profile.js";

const mtu = (nic: string | undefined) => ({ step: "mtu", options: { nic, mtuBytes: 9000 } });
const sysctl = (value: unknown) => ({ step: "sysctl", options: { key: "net.core.x", value } });
const long = defineProfile({
  summary: "for long flows",
  steps: ({ nics: [nic], role, index }, counts) => [
    mtu(nic),
    sysctl(`${role} ${index} of ${counts.clients}+${counts.servers}`),
    ...(role === "server" ? [{ step: "irqbalance-stopped", options: {} }] : []),
  ],
});

/** Nothing is asked of a host where a profile has no facts. */
const tuned = (name: string, nic: string) => ({ host: { name } as Host, nics: { data: nic } });
const link = (first: string, second: string): WiredLink => ({
  name: "data",
  ends: [
    { host: first, nic: "eth1" },
    { host: second, nic: "eth2" },
  ],
});

const stepsFor = async (wiring: Wiring<WiredLink>, chosen: readonly string[], all = chosen) => {
  const hosts = chosen.map((name) => tuned(name, name === "b" ? "eth2" : "eth1"));
  const named = { name: "long", profile: long };
  const { signal } = new AbortController();
  return await profileForHosts(named, { chosen: hosts, names: all, wiring }, signal);
};

test("what all hosts are to have is said once, by the link; the rest by host, in the order of each", async () => {
  expect(await stepsFor({ links: [link("a", "b")] }, ["a", "b"])).toEqual({
    name: "long",
    cores: {},
    steps: [
      mtu("link:data"),
      { ...sysctl("client 0 of 1+1"), hosts: ["a"] },
      { ...sysctl("server 0 of 1+1"), hosts: ["b"] },
      { step: "irqbalance-stopped", options: {}, hosts: ["b"] },
    ],
  });
});

test("roles are those of the testbed, also of hosts that are not chosen", async () => {
  const roles = { client: ["b", "c"], server: ["a"] };
  const wiring = { links: [link("a", "b"), link("a", "c")], roles };
  const { steps } = await stepsFor(wiring, ["b", "d"], ["a", "b", "c", "d"]);
  expect(steps).toEqual([
    { ...mtu("link:data"), hosts: ["b"] },
    { ...sysctl("client 0 of 2+1"), hosts: ["b"] },
  ]);
});

test("hosts in no role alone are refused", async () => {
  await expect(stepsFor({ links: [link("a", "b")] }, ["d"])).rejects.toThrow(
    "the profile long is for clients and servers, and d is neither",
  );
});

test("a profile is found by its name; what is none says what there is, and that a file would do", () => {
  const system = { name: "lab", profiles: { long } };
  expect(profileNamed(system, "long")).toBe(long);
  for (const [of, name, remedy] of [
    [system, "lnog", 'did you mean "long"? it has long; a YAML file of your own does as well'],
    [system, "toString", "it has long; a YAML file"],
    [{ name: "lab" }, "long", "it has none of its own; a YAML file"],
  ] as const) {
    expect(() => profileNamed(of, name)).toThrow(
      expect.objectContaining({
        code: "OPTIONS_INVALID",
        message: `lab has no tuning profile "${name}"`,
        remedy: expect.stringContaining(remedy),
      }),
    );
  }
});
