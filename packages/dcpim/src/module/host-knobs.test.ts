import { describe, expect, test } from "vitest";
import { dcpimSetup } from "../setup.js";
import { knobFacts, knobsFor } from "./host-knobs.js";
import { emulatedGuestKnobs } from "./knobs.js";
import type { KernelSigns } from "./module-kernel.js";

/** Upstream's servers: CPU n on NUMA node n % 4, 16 of 64 CPUs and 8 of 32 cores local to the NIC. */
const cpus = Array.from({ length: 64 }, (_, cpu) => {
  return { cpu, core: cpu % 32, socket: cpu % 4, node: cpu % 4, online: true };
});
const server = (linkGbps: number | undefined, virtual = false) => ({
  nic: "data0",
  facts: {
    ...{ cpuTopology: { cpus }, nicNodes: { data0: 0 } },
    machine: { virtual, linkGbps: linkGbps === undefined ? {} : { data0: linkGbps } },
  },
});

describe("the knobs of a server", () => {
  test("are the last core local to the NIC and the rate of the link, with upstream's times", () => {
    expect(knobsFor({}, server(100))).toMatchObject({
      ...{ matchingCpu: 28, bandwidthGbps: 98, controlRttUs: 20, rttUs: 60 },
    });
    expect(knobsFor({}, server(25)).bandwidthGbps).toBe(24);
  });

  test("are those that are given, before those that fit", () => {
    const given = knobsFor({ matchingCpu: 4, rttUs: 90, bandwidthGbps: undefined }, server(100));
    expect(given).toMatchObject({ matchingCpu: 4, rttUs: 90, bandwidthGbps: 98 });
    expect(() => knobsFor({ rttUs: 0 }, server(100))).toThrow(/"rttUs"/);
  });

  test("are those of emulated guests on a virtual machine, whatever its card tells", () => {
    expect(knobsFor({}, server(10, true))).toEqual(emulatedGuestKnobs);
  });

  test("count in longer rounds on more than two virtual machines, unless others are given", () => {
    expect(knobsFor({ hosts: 3 }, server(10, true))).toEqual({
      ...emulatedGuestKnobs,
      ...{ controlRttUs: 10_000, rttUs: 20_000 },
    });
    expect(knobsFor({ hosts: 3, controlRttUs: 500 }, server(10, true)).controlRttUs).toBe(500);
    expect(knobsFor({ hosts: 3 }, server(100)).controlRttUs).toBe(20);
  });
});

test("what a machine tells is read; a card without a link has no rate", () => {
  const { parser } = knobFacts.machine;
  expect(
    parser.parse("virtual\nspeed data0 25000\nspeed down0 -1\nspeed odd0 4294967295\n"),
  ).toEqual({
    ...{ virtual: true, linkGbps: { data0: 25 } },
  });
  expect(parser.parse("")).toEqual({ virtual: false, linkGbps: {} });
});

/** What a setup builds last, the module, for a server with such a link and kernel. */
function setupModule(
  options: Readonly<Record<string, number>>,
  linkGbps: number,
  kernel: KernelSigns,
) {
  const variants = [{ id: "one", experiment: {} as never, options: {} }];
  const end = { host: "a", nic: "data0", addresses: ["10.0.0.1"] as const };
  const facts = { ...server(linkGbps).facts, kernel };
  const host = { options, variants, host: "a", role: "client", end, facts } as const;
  return dcpimSetup.builds?.({ options, variants }, host as never)?.at(-1);
}

const stock = { release: "6.1.0-56-amd64", patch: "absent" } as const;

test("a setup builds for each host the module of its own knobs, flags before the machine's", () => {
  expect(setupModule({}, 100, stock)?.module?.defines).toMatchObject({
    ...{ DCPIM_MATCHING_CPU: 28, DCPIM_BANDWIDTH_GBPS: 98 },
  });
  expect(setupModule({ matchingCpu: 8 }, 40, stock)?.module?.defines).toMatchObject({
    ...{ DCPIM_MATCHING_CPU: 8, DCPIM_BANDWIDTH_GBPS: 39 },
  });
});

test("a setup builds the module for the kernel a host runs, with or without upstream's patch", () => {
  const kernels = [
    stock,
    { release: "6.0.3", patch: "absent" },
    { release: "6.0.3", patch: "present" },
  ] as const;
  const edits = kernels.map((kernel) => JSON.stringify(setupModule({}, 100, kernel)?.edits));
  expect(new Set(edits).size).toBe(kernels.length);
});
