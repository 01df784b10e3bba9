import { expect, test } from "vitest";
import { measuredCores } from "./measured-cores.js";

const core = (cpu: number, system: number, softirq: number) => ({
  ...{ cpu: `cpu${cpu}`, user: 0.1, system, irq: 0, softirq, steal: 0 },
  ...{ idle: 0.9 - system - softirq, unaccounted: 0 },
});
const machine = {
  ...{ machine: "server", hosts: ["server"], windowS: 4, edgeErrorS: 0, unaccountedCpus: 0 },
  ...{ busyCpus: 1.4, cores: [core(0, 0.5, 0.2), core(1, 0.2, 0.3)] },
};

test("cores of the matching work are apart from all others, softirqs included", () => {
  const [found] = measuredCores({ cpu: [machine] }, 1) ?? [];
  expect(found).toMatchObject({ machine: "server", hosts: ["server"] });
  expect(found?.matchingCores).toBeCloseTo(0.6, 12);
  expect(found?.cores).toBeCloseTo(0.8, 12);
});

test("a machine without that CPU has none for it; a trial without figures has nothing", () => {
  expect(measuredCores({ cpu: [machine] }, 60)).toMatchObject([{ cores: 1.4, matchingCores: 0 }]);
  expect(measuredCores({ cpu: { unavailable: "no window" } }, 1)).toBeUndefined();
});
