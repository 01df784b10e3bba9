import { expect, test } from "vitest";
import type { TestbedFile } from "../file/schema.js";
import type { Interface } from "./interfaces.js";
import { findLinks } from "./links.js";
import type { HostProbe } from "./probe.js";

const host = (address: string, more: Partial<Interface> = {}) => {
  const card = { name: "ens1", up: true, carrier: true, mtuBytes: 9000, addresses: [address] };
  return { interfaces: [{ ...card, ...more }] } as unknown as HostProbe;
};

const names = ["a", "b", "c"];
const file: TestbedFile = {
  version: 1,
  hosts: Object.fromEntries(names.map((name) => [name, { ssh: name }])),
  links: [{ name: "lan", ends: names.map((name) => ({ host: name, nic: "ens1" })) }],
};

test("hosts on a switch have a link for each pair of them", () => {
  const probes = new Map(names.map((name, index) => [name, host(`10.0.0.${index + 1}`)]));
  const found = findLinks(file, probes).map(({ name, mtuBytes, ends: [one, other] }) => {
    return `${name} ${mtuBytes} ${one.addresses[0]} ${other.addresses[0]}`;
  });
  expect(found).toEqual([
    "lan-a-b 9000 10.0.0.1 10.0.0.2",
    "lan-a-c 9000 10.0.0.1 10.0.0.3",
    "lan-b-c 9000 10.0.0.2 10.0.0.3",
  ]);
});

test("what is wrong with one of them is told once, not for each pair", () => {
  const probes = new Map([
    ["a", host("10.0.0.1")],
    ["b", host("10.0.0.2", { mtuBytes: 1500 })],
    ["c", host("10.0.0.3")],
  ]);
  expect(() => findLinks(file, probes)).toThrow(
    expect.objectContaining({
      code: "LINK_UNUSABLE",
      details: {
        problems: [
          "lan: b: ens1 has an MTU of 1500 bytes, a has 9000; set it: ip link set ens1 mtu 9000",
        ],
      },
    }),
  );
});
