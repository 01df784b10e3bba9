import { expect, test } from "vitest";
import { cpusForProcesses } from "./cpu-places.js";

type Role = Parameters<typeof cpusForProcesses>[0];
type Answers = Role["facts"];

/** Cores of two threads each: siblings are `cores` apart, and the upper half of the cores is on node 1. */
function host(cores: number, nicNode: number, offline: readonly number[] = []): Role {
  const cpus = Array.from({ length: 2 * cores }, (_, cpu) => {
    const core = cpu % cores;
    const node = Number(core >= cores / 2);
    return { cpu, core, socket: node, node, online: !offline.includes(cpu) };
  });
  const facts = { cpuTopology: { cpus }, nicNodes: { lab0: nicNode, lo: -1 } } satisfies Answers;
  return { host: "client", nic: "lab0", address: "10.77.0.1", facts };
}

test("processes get cores near the NIC first, then the others, never two threads of one core", () => {
  expect(cpusForProcesses(host(4, 1), 1)).toEqual([2]);
  expect(cpusForProcesses(host(4, 1), 3)).toEqual([2, 3, 0]);
  expect(cpusForProcesses(host(4, 1), 4)).toEqual([2, 3, 0, 1]);
  expect(cpusForProcesses(host(4, 0), 3)).toEqual([0, 1, 2]);
});

test("where the machine does not tell the NIC's node any core will do", () => {
  expect(cpusForProcesses(host(4, -1), 3)).toEqual([0, 1, 2]);
});

test("a core whose first thread is offline is used by its second", () => {
  expect(cpusForProcesses(host(2, 0, [0]), 2)).toEqual([2, 1]);
});

test("more processes than cores are refused with what the host has", () => {
  expect(() => cpusForProcesses(host(4, 1), 5)).toThrow(
    expect.objectContaining({
      code: "CAPABILITY_MISSING",
      message: "client has 4 physical cores, too few for 5 processes with a core each",
      remedy: expect.stringContaining("at most 4 processes"),
    }),
  );
});
