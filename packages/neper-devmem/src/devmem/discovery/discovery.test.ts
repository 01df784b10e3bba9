import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { pairNicsWithGpus, pciAddressOf, pciDistance } from "./pairs.js";
import { devmemFactsParser } from "./parser.js";

const told = (name: string) =>
  readFileSync(new URL(`../../../test/fixtures/devmem-facts/${name}.txt`, import.meta.url), "utf8");

test("reads what a host of virtual NICs told", () => {
  expect(devmemFactsParser.parse(told("veth-6.18.recorded"))).toEqual({
    ...{ kernel: "6.18.44", ethtool: "6.1", config: { NET_DEVMEM: "y", UDMABUF: "n" } },
    ...{ udmabuf: { device: false }, limits: { stack: 8_388_608, locked: 8_388_608 } },
    ...{ nodes: { 0: "0-1" }, gpus: [] },
    nics: { eth1: { mtuBytes: 1500, rxQueues: 2, ntuple: "off [fixed]", privateFlags: {} } },
    kernelAnswers: {
      operations: [1, 5, 10, 11, 12, 13, 14, 15],
      sockopts: { 80: 0, 97: 92 },
      bindRx: { eth1: { errno: 95, words: "" } },
      bindTx: { eth1: { errno: 95, words: "Driver does not support netmem TX" } },
    },
  });
});

test("numbers GPUs as their driver does, and leaves no limit out", () => {
  const facts = devmemFactsParser.parse(told("a3-high.constructed"));
  expect(facts.limits).toEqual({ stack: 67_108_864 });
  expect(facts.gpus.map(({ pciAddress, index }) => [pciAddress, index]).slice(0, 3)).toEqual([
    ...[
      ["0000:04:00.0", 0],
      ["0000:05:00.0", 1],
      ["0000:0a:00.0", 2],
    ],
  ]);
  expect(facts.nics["eth3"]).toMatchObject({
    node: 1,
    privateFlags: { "enable-header-split": false },
  });
});

test("tells why the kernel was not asked, and takes no cut answer", () => {
  const text = told("veth-6.18.recorded");
  const upToProbe = text.slice(0, text.indexOf("probe"));
  expect(devmemFactsParser.parse(`${upToProbe}probe no C compiler\n`).kernelAnswers).toEqual({
    notAsked: "no C compiler",
  });
  expect(() => devmemFactsParser.parse(upToProbe)).toThrow(/ends before the kernel was asked/);
  expect(() => devmemFactsParser.parse("probe asked\n")).toThrow(/field "kernel"/);
});

test("finds the pairs of the known machine by distance alone", () => {
  const { nics, gpus } = devmemFactsParser.parse(told("a3-high.constructed"));
  const pairs = pairNicsWithGpus(
    Object.entries(nics).map(([name, { path = "" }]) => ({ name, path })),
    gpus.map(({ pciAddress, path }) => ({ name: pciAddress, path })),
  );
  expect(pairs.map(({ nic, gpu, nearness }) => [nic, gpu, nearness])).toEqual([
    ["eth1", "0000:04:00.0", "same switch"],
    ["eth2", "0000:0a:00.0", "same switch"],
    ["eth3", "0000:84:00.0", "same switch"],
    ["eth4", "0000:8a:00.0", "same switch"],
  ]);
  expect(pciAddressOf(nics["eth4"]?.path ?? "")).toBe("0000:8c:00.0");
});

const at = (...parts: string[]) => ["/sys/devices", ...parts].join("/");

test("the nearest pair goes first, whatever the order", () => {
  const far = { name: "a0", path: at("pci0000:00", "0000:00:01.0", "0000:01:00.0") };
  const near = {
    name: "b0",
    path: at("pci0000:80", "0000:80:01.0", "0000:81:00.0", "virtio3"),
  };
  const gpu = { name: "g", path: at("pci0000:80", "0000:80:01.0", "0000:82:00.0") };
  expect(pairNicsWithGpus([far, near], [gpu])).toEqual([
    { nic: "b0", gpu: "g", hops: 2, nearness: "same switch" },
  ]);
  const other = { name: "h", path: at("pci0000:00", "0000:00:02.0", "0000:02:00.0") };
  expect(pairNicsWithGpus([far, near], [other, gpu])).toMatchObject([
    { nic: "a0", gpu: "h", nearness: "same root complex" },
    { nic: "b0", gpu: "g" },
  ]);
});

test("only what is on the PCI tree has a distance", () => {
  const nic = at("pci0000:00", "0000:00:01.0");
  expect(pciDistance(nic, at("virtual", "net", "veth0"))).toBeUndefined();
  expect(pciDistance(nic, at("pci0000:80", "0000:80:01.0"))).toEqual({
    hops: 4,
    nearness: "across sockets",
  });
  expect(pciAddressOf(at("virtual", "net", "veth0"))).toBeUndefined();
  expect(pairNicsWithGpus([{ name: "veth0", path: at("virtual") }], [])).toEqual([]);
});
