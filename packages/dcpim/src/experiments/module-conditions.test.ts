import { expect, test } from "vitest";
import { hostView } from "../../test/support/host.js";
import { emulatedGuestKnobs } from "../module/knobs.js";
import { dcpimSetup } from "../setup.js";
import { longFlows } from "./long-flows.js";
import { moduleConditions } from "./module-conditions.js";

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
