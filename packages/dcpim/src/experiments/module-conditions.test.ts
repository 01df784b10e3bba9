import { describe, expect, test } from "vitest";
import { hostView } from "../../test/support/host.js";
import { emulatedGuestKnobs } from "../module/knobs.js";
import { dcpimSetup } from "../setup.js";
import { longFlows } from "./long-flows.js";
import { moduleConditions } from "./module-conditions.js";
import type { ProfileName } from "./run-profile.js";

const optionsOf = async (given: Readonly<Record<string, unknown>>) => {
  const outcome = await longFlows.options["~standard"].validate(given);
  if ("value" in outcome) return outcome.value;
  throw new Error(outcome.issues[0]?.message);
};

test("a CPU the host does not have is refused before the module is loaded", () => {
  const knobs = { ...emulatedGuestKnobs, matchingCpu: 60 };
  expect(() => moduleConditions(knobs, hostView({ host: "server", cpus: 2 }))).toThrow(
    /"matchingCpu" of server: there is no CPU 60, the last is 1: loading the module would be an oops/,
  );
});

test("a module with other knobs does not count as the one that is wanted", () => {
  const file = {
    ...{ name: "dcpim_module", path: "/m.ko", release: "6.1.0", vermagic: "6.1.0 SMP" },
    sha256: "a".repeat(64),
  };
  const host = hostView({ host: "server", cpus: 2, modules: { "another build": file } });
  expect(() => moduleConditions(emulatedGuestKnobs, host)).toThrow(
    /server has no module with these knobs/,
  );
});

describe("what holds on a host while something runs", () => {
  const file = {
    ...{ name: "dcpim_module", path: "/m.ko", release: "6.1.0", vermagic: "6.1.0 SMP" },
    sha256: "a".repeat(64),
  };
  const conditions = (profile: ProfileName) =>
    moduleConditions(
      emulatedGuestKnobs,
      hostView({
        ...{ host: "server", cpus: 4 },
        // whatever it is asked for
        modules: new Proxy({}, { get: () => file }),
      }),
      profile,
    );
  const titles = (profile: ProfileName) => conditions(profile).map(({ title }) => title);

  test("is what dcPIM cannot do without, and the module last", () => {
    expect(titles("none").slice(0, -1)).toEqual([
      "switch offloads of lab0: gro on",
      "hand lab0 at most 9000 bytes to be cut",
    ]);
    expect(titles("none").at(-1)).toMatch(/dcpim_module/);
  });

  test.each(["long", "short"] as const)(
    "is all of the profile %s, and that: nothing is set twice",
    (profile) => {
      const steps = conditions(profile);
      expect(new Set(steps.map(({ id }) => id)).size).toBe(steps.length);
      expect(titles(profile)).toEqual(
        expect.arrayContaining(["stop irqbalance", ...titles("none").slice(1)]),
      );
      expect(titles(profile).join("\n")).toContain("gro on");
      // queues interrupt the CPUs of applications, not the matching one, 1
      expect(titles(profile)).toContain("have the queues of lab0 interrupt the CPUs 0 2 3");
    },
  );

  test.each(["none", "long", "short"] as const)(
    "with %s is undone after the trial, which upstream never does",
    (profile) => {
      expect(conditions(profile).filter(({ lifetime }) => lifetime !== "scoped")).toEqual([]);
    },
  );
});

test("the module is built once for each set of knobs, and programs and library once", async () => {
  const variants = await Promise.all(
    [{}, { protocol: "tcp" }, { controlRttUs: 4000 }].map(async (given, index) => {
      const options = await optionsOf(given);
      return { id: String(index), experiment: longFlows, options };
    }),
  );
  const builds = dcpimSetup.builds?.({ options: {}, variants }) ?? [];
  expect(builds.map(({ name }) => name)).toEqual([
    "dcpim-programs",
    "dcpim-redirect",
    "dcpim-module",
    "dcpim-module",
  ]);
  const times = builds.map(({ module }) => module?.defines?.["DCPIM_CONTROL_RTT_US"]);
  expect(times).toEqual([undefined, undefined, 2000, 4000]);
});
