import { expect, test } from "vitest";
import { cpuTopologyOf, nicNodesParser } from "./cpu-facts.js";

test("nodes of NICs are read from what the script prints", () => {
  expect(nicNodesParser.parse("eth0 0\nlab0 1\nlo -1\n")).toEqual({ eth0: 0, lab0: 1, lo: -1 });
  expect(() => nicNodesParser.parse("lab0 x\n")).toThrow("nic-nodes");
});

test("CPUs that are offline are no places, and a NIC without a node has none", () => {
  const cpu = (number: number, online: boolean) => ({
    ...{ cpu: number, core: number, socket: 0, node: 0, online },
  });
  const cpuTopology = { cpus: [cpu(0, true), cpu(1, false)] };
  expect(cpuTopologyOf({ cpuTopology, nicNodes: { eth0: 0, lab0: -1 } })).toEqual({
    cpus: [{ cpu: 0, core: 0, socket: 0, node: 0 }],
    nics: { eth0: 0, lab0: undefined },
  });
});
