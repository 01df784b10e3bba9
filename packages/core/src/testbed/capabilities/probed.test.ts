import { expect, test } from "vitest";
import type { HostProbe, RdmaPort } from "../ssh/probe.js";
import type { Link } from "../testbed.js";
import { lackingOn } from "./lacking.js";
import { capabilitiesOf, type ProbedHost } from "./probed.js";

const host = (name: string, more: Partial<ProbedHost> = {}, rdma: RdmaPort[] = []): ProbedHost => ({
  name,
  machine: `machine-${name}`,
  local: false,
  controller: false,
  probe: { user: { name: "root", root: true }, rdma } as unknown as HostProbe,
  ...more,
});

const links: readonly Link[] = [
  {
    name: "data",
    mtuBytes: 1500,
    ends: [
      { host: "a", nic: "ens1", addresses: ["10.0.0.1"] },
      { host: "b", nic: "ens1", addresses: ["10.0.0.2"] },
    ],
  },
];

const active: RdmaPort = { device: "mlx5_0", state: "ACTIVE", nic: "ens1" };
const judged = (...hosts: ProbedHost[]) => {
  const { capabilities, missing } = capabilitiesOf(hosts, links);
  return {
    offered: [...capabilities],
    words: missing.map((one) => `${one.capability}: ${one.why}`),
  };
};

test("two machines with RDMA on their data cards offer everything; a third without a link changes nothing", () => {
  const all = ["own-kernel", "rdma", "root", "separate-machines"];
  const { offered, words } = judged(host("a", {}, [active]), host("b", {}, [active]), host("c"));
  expect({ offered, words }).toEqual({ offered: all, words: [] });
});

test("an RDMA device that is down, or on another card, is said to be so", () => {
  const down = { ...active, state: "DOWN" };
  const other = { ...active, nic: "eno1" };
  const { offered, words } = judged(host("a", {}, [down]), host("b", {}, [other]));
  expect(offered).not.toContain("rdma");
  expect(words).toEqual([
    "rdma: the RDMA device mlx5_0 on a's ens1 is DOWN",
    "rdma: b has no RDMA device on ens1 (it has mlx5_0 on eno1)",
  ]);
});

test("the controller itself cannot boot another kernel and go on", () => {
  const { offered, words } = judged(
    host("a", { controller: true }, [active]),
    host("b", {}, [active]),
  );
  expect(offered).toEqual(["rdma", "root", "separate-machines"]);
  expect(words).toEqual(["own-kernel: a is the machine hoststack runs on"]);
});

test("a machine that two names share is missed only by those who use both", () => {
  const machine = { machine: "node0-975a2c00" };
  const hosts = [host("a", machine), host("b"), host("c", machine)];
  const { missing } = capabilitiesOf(hosts, links);
  const lacks = (...used: string[]) =>
    lackingOn(missing, used).map(({ capability, hosts: on }) => `${capability} ${on}`);
  const rdma = ["rdma a", "rdma b"];
  expect(lacks("a", "b")).toEqual(rdma);
  expect(lacks("b", "c")).toEqual(["rdma b"]);
  expect(lacks("a", "c")).toEqual([
    ...["own-kernel a", "own-kernel c", "rdma a", "separate-machines a", "separate-machines c"],
  ]);
});

test("two names of one machine are no separate machines", () => {
  const machine = { machine: "node0-975a2c00" };
  const { words } = judged(host("a", machine, [active]), host("b", machine, [active]));
  expect(words).toContain("separate-machines: a is the same machine as b (node0-975a2c00)");
});
