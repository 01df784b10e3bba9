import { expect, test } from "vitest";
import type { Link } from "../testbed.js";
import { foundEvidence, type HostNature, noticesOf } from "./evidence.js";

const link = (first: string, second: string): Link => ({
  name: `${first}-${second}`,
  mtuBytes: 1500,
  ends: [
    { host: first, nic: "ens1", addresses: ["10.0.0.1"] },
    { host: second, nic: "ens1", addresses: ["10.0.0.2"] },
  ],
});

const hosts = new Map<string, HostNature>([
  ["metal", { machine: "m1", virtual: false }],
  ["other", { machine: "m2", virtual: false }],
  ["guest", { machine: "m3", virtual: true }],
  ["alias", { machine: "m2", virtual: false }],
]);

test.each([
  ["hardware", [link("metal", "other")]],
  ["guest", [link("metal", "other"), link("metal", "guest")]],
  ["namespace", [link("metal", "guest"), link("other", "alias")]],
] as const)("the least of what was found is %s", (evidence, links) => {
  expect(foundEvidence(hosts, links)).toBe(evidence);
});

test("notices say what contradicts the file, and which hosts share a kernel", () => {
  const links = [link("metal", "guest"), link("other", "alias")];
  const shared = "other and alias of link other-alias are one machine";
  expect(noticesOf("hardware", hosts, links)).toEqual([
    expect.stringContaining(shared),
    "guest is a virtual machine, while the testbed file says hardware",
  ]);
  expect(noticesOf("guest", hosts, links)).toEqual([expect.stringContaining(shared)]);
  expect(noticesOf(undefined, hosts, [link("metal", "guest")])).toEqual([]);
});
