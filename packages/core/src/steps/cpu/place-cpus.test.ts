import { expect, test } from "vitest";
import { type CpuTopology, placeCpus } from "./place-cpus.js";

/** Two sockets of four cores, two threads each; even CPUs on node 0, siblings 8 above. */
const topology: CpuTopology = {
  cpus: Array.from({ length: 16 }, (_, cpu) => ({
    cpu,
    core: cpu % 8,
    socket: cpu % 2,
    node: cpu % 2,
  })),
  nics: { ens1f0: 1, veth0: undefined },
};

test("cores are the NIC's node's, one CPU each, and nobody's twice", () => {
  expect(
    placeCpus(topology, [
      { name: "background", cores: 5 },
      { name: "application", cores: 2, near: "ens1f0" },
      { name: "matching", cores: 1, near: "ens1f0" },
    ]),
  ).toEqual({ background: [0, 2, 4, 6, 7], application: [1, 3], matching: [5] });
});

test("a reserved CPU keeps its siblings free as well", () => {
  expect(
    placeCpus(topology, [{ name: "irq", cores: 2, near: "ens1f0" }], { reserved: [9, 3] }),
  ).toEqual({ irq: [5, 7] });
});

test("a NIC whose node is not told may be near any", () => {
  expect(placeCpus(topology, [{ name: "one", cores: 8, near: "veth0" }]).one).toHaveLength(8);
});

test("says what the machine has", () => {
  expect(() =>
    placeCpus(
      topology,
      [
        { name: "application", cores: 4, near: "ens1f0" },
        { name: "matching", cores: 1, near: "ens1f0" },
        { name: "other", cores: 1 },
      ],
      { reserved: [0] },
    ),
  ).toThrow(
    expect.objectContaining({
      code: "CAPABILITY_MISSING",
      message:
        "the machine has 4 physical cores near ens1f0 (NUMA node 1), too few for 4 for application, 1 for matching, CPUs 0 are reserved",
      remedy: expect.stringContaining("node 0: 4 (CPUs 0,2,4,6); node 1: 4 (CPUs 1,3,5,7)"),
    }),
  );
});

test.each([
  [[{ name: "a", cores: 0 }], /"a" cannot have 0 cores/],
  [
    [
      { name: "a", cores: 1 },
      { name: "a", cores: 1 },
    ],
    /"a" is asked for twice/,
  ],
  [[{ name: "a", cores: 1, near: "none0" }], /near none0, which was not looked at/],
])("refuses %j", (requests, message) => {
  expect(() => placeCpus(topology, requests)).toThrow(message);
});
