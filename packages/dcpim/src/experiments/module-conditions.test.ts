import { describe, expect, test } from "vitest";
import { hostView } from "../../test/support/host.js";
import type { KernelSigns } from "../module/module-kernel.js";
import { dcpimSetup } from "../setup.js";
import { permutation } from "./hosts/patterns.js";
import { longFlows } from "./long-flows.js";
import { moduleConditions } from "./module-conditions.js";
import type { ProfileName } from "./run-profile.js";

const optionsOf = async (given: Readonly<Record<string, unknown>>) => {
  const outcome = await longFlows.options["~standard"].validate(given);
  if ("value" in outcome) return outcome.value;
  throw new Error(outcome.issues[0]?.message);
};

test("a CPU the host does not have is refused before the module is loaded", () => {
  expect(() =>
    moduleConditions({ matchingCpu: 60 }, hostView({ host: "server", cpus: 2 })),
  ).toThrow(
    /"matchingCpu" of server: there is no CPU 60, the last is 1: loading the module would be an oops/,
  );
});

test("a module with other knobs does not count as the one that is wanted", () => {
  const file = {
    ...{ name: "dcpim_module", path: "/m.ko", release: "6.1.0", vermagic: "6.1.0 SMP" },
    sha256: "a".repeat(64),
  };
  const host = hostView({ host: "server", cpus: 2, modules: { "another build": file } });
  expect(() => moduleConditions({}, host)).toThrow(
    /server has no module with these knobs for its unpatched kernel from 6\.1 on/,
  );
});

/** The steps on a host with this kernel that has every module. */
function stepsOn(kernel: KernelSigns, release = kernel.release) {
  const file = {
    ...{ name: "dcpim_module", path: "/m.ko", release, vermagic: "x" },
    sha256: "a".repeat(64),
  };
  const modules = new Proxy({}, { get: () => file });
  const host = hostView({ host: "server", cpus: 2, modules, kernel });
  return moduleConditions({}, host).map(({ id }) => id);
}

const patched = { release: "6.0.3-hs0", patch: "present" } as const;

test("only a kernel without the patch has packets kept to the MTU", () => {
  const onPatched = stepsOn(patched);
  expect(onPatched.at(-1)).toBe("module:dcpim_module");
  const onStock = stepsOn({ release: "6.1.0-56-amd64", patch: "absent" });
  expect(onStock.filter((id) => !onPatched.includes(id))).toEqual(["link:lab0:gso-max-size"]);
  expect(stepsOn({ release: "6.0.3-hs1", patch: "absent" })).toEqual(onStock);
});

test("a kernel that hides its symbols is what the module for its release was built for", () => {
  const hidden = { release: "6.0.3-hs0", patch: "unknown" } as const;
  expect(stepsOn(hidden)).toEqual(stepsOn(patched));
  expect(() => stepsOn(hidden, "6.0.3-hs1")).toThrow(
    /for its patched kernel before 6\.1 or unpatched/,
  );
});

test("the module for another kernel does not count", () => {
  const host = hostView({ host: "server", cpus: 2, kernel: patched });
  expect(() => moduleConditions({}, host)).toThrow(
    /server has no module with these knobs for its patched kernel before 6\.1/,
  );
});

describe("what holds on a host while something runs", () => {
  const file = {
    ...{ name: "dcpim_module", path: "/m.ko", release: "6.1.0", vermagic: "6.1.0 SMP" },
    sha256: "a".repeat(64),
  };
  const conditions = (profile: ProfileName) =>
    moduleConditions(
      {},
      hostView({
        ...{ host: "server", cpus: 4 },
        // whatever it is asked for
        modules: new Proxy({}, { get: () => file }),
      }),
      { profile },
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
  const forPatched = dcpimSetup.builds?.({ options: {}, variants, kernel: "patched" }) ?? [];
  expect(forPatched.map(({ edits }) => JSON.stringify(edits).includes("bind2"))).not.toContain(
    true,
  );
  const times = builds.map(({ module }) => module?.defines?.["DCPIM_CONTROL_RTT_US"]);
  expect(times).toEqual([undefined, undefined, 2000, 4000]);
});

test("guests of a pattern have the module for as many, with longer rounds", () => {
  const variants = [{ id: "one", experiment: permutation as never, options: { servers: 2 } }];
  const module = dcpimSetup.builds?.({ options: {}, variants })?.at(-1)?.module;
  expect(module?.defines).toMatchObject({ DCPIM_CONTROL_RTT_US: 10_000, DCPIM_RTT_US: 20_000 });
});
