import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { placeCpus } from "../../src/steps/cpu/place-cpus.js";
import { readCpuTopology } from "../../src/steps/cpu/read-topology.js";
import { parseCpuList } from "../../src/steps/kernel-files/cpu-mask.js";
import { openMachine } from "../support/step-hosts.js";

test("this machine's CPUs are what its kernel says is online", async () => {
  await using host = openMachine();
  const topology = await readCpuTopology(host, ["lo"]);
  const online = await readFile("/sys/devices/system/cpu/online", "latin1");
  expect(topology.cpus.map(({ cpu }) => cpu)).toEqual(parseCpuList(online));
  expect(topology.nics).toEqual({ lo: undefined });
  const { one } = placeCpus(topology, [{ name: "one", cores: 1, near: "lo" }]);
  expect(one).toEqual([topology.cpus[0]?.cpu]);
});

test("names a NIC that is not there", async () => {
  await using host = openMachine();
  await expect(readCpuTopology(host, ["none0"])).rejects.toMatchObject({
    code: "OPTIONS_INVALID",
    message: "machine: there is no NIC none0",
  });
});
