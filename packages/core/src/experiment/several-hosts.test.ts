import { describe, expect, test } from "vitest";
import type { Link, Testbed } from "../testbed/testbed.js";
import { type HostCounts, hostNames } from "./host-counts.js";
import { placementOf } from "./placement.js";
import { hostParts, hostPlaces } from "./roles.js";

/** Hosts on one switch: a link for each pair. */
function switched(...hosts: readonly string[]): Testbed["links"] {
  const end = (host: string) => ({
    ...{ host, nic: "data0", addresses: [`10.0.0.${hosts.indexOf(host) + 1}`] as const },
  });
  const [first, ...others] = hosts.flatMap((one, index) =>
    hosts.slice(index + 1).map((other): Link => {
      return { name: `${one}-${other}`, mtuBytes: 1500, ends: [end(one), end(other)] };
    }),
  );
  if (first === undefined) throw new Error("a switch joins two hosts at least");
  return [first, ...others];
}

const variant = (counts: HostCounts) => ({ experiment: { hosts: () => counts }, options: {} });
const twoAndTwo: HostCounts = { clients: 2, servers: 2 };

const placed = (testbed: Pick<Testbed, "links" | "roles">, counts: HostCounts) => {
  const { clients, servers } = placementOf(testbed, variant(counts));
  return `${clients.join()} > ${servers.join()}`;
};

describe("hosts of an experiment of several", () => {
  const links = switched("n1", "n2", "n3", "n4");

  const cases: readonly (readonly [
    string,
    Pick<Testbed, "links" | "roles">,
    HostCounts,
    string,
  ])[] = [
    ["in order, clients first", { links }, twoAndTwo, "n1,n2 > n3,n4"],
    [
      "as the testbed names them, in its order, no more than are wanted",
      { links, roles: { client: ["n4", "n3", "n2"], server: ["n1"] } },
      { clients: 2, servers: 1 },
      "n4,n3 > n1",
    ],
    ["one role given", { links, roles: { server: ["n2", "n1"] } }, twoAndTwo, "n3,n4 > n2,n1"],
    [
      "called after their roles, whatever their order",
      { links: switched("server-1", "client-1", "server-2", "client-2") },
      twoAndTwo,
      "client-1,client-2 > server-1,server-2",
    ],
    [
      "called after another role where there are no others",
      { links: switched("client-1", "client-2", "server-1", "server-2") },
      { clients: 3, servers: 1 },
      "client-1,client-2,server-2 > server-1",
    ],
    ["peers are both", { links }, { peers: 3 }, "n1,n2,n3 > n1,n2,n3"],
    ["one and one, of many", { links }, { clients: 1, servers: 1 }, "n1 > n2"],
  ];
  for (const [name, testbed, counts, expected] of cases) {
    test(name, () => {
      expect(placed(testbed, counts)).toBe(expected);
    });
  }

  test.each<[Pick<Testbed, "links" | "roles">, HostCounts, string]>([
    [
      { links: switched("client", "server") },
      twoAndTwo,
      "2 clients and 2 servers are wanted, but the testbed has 2 hosts (client, server)",
    ],
    [
      { links, roles: { client: ["n1"] } },
      { clients: 2, servers: 1 },
      "2 clients and 1 server are wanted, but the testbed has 4 hosts (n1, n2, n3, n4), and names as client: n1",
    ],
    [{ links }, { peers: 5 }, "5 hosts are wanted, but the testbed has 4 hosts (n1, n2, n3, n4)"],
  ])("too few are refused with those there are", (testbed, counts, message) => {
    expect(() => placed(testbed, counts)).toThrow(
      expect.objectContaining({ code: "OPTIONS_INVALID", message }),
    );
  });

  test("hosts that no link joins are refused by name", () => {
    const [first, second, third, fourth] = links;
    if (fourth === undefined || second === undefined || third === undefined) throw new Error();
    const cut = { links: [first, second, third, fourth] } as const;
    expect(() => placed(cut, twoAndTwo)).toThrow(
      "no link of the testbed joins n2 and n4, which are client and server",
    );
  });
});

describe("links and parts", () => {
  const links = switched("a", "b", "c");
  const told = (counts: HostCounts) =>
    placementOf({ links }, variant(counts)).links.map(
      ({ client, server, link }) =>
        `${client.host}>${server.addresses[0].slice(-1)} ${link.name.length}`,
    );

  test("each client has its link to each server, with its ends by role", () => {
    expect(told({ clients: 1, servers: 2 })).toEqual(["a>2 3", "a>3 3"]);
    expect(told({ peers: 3 }).map((one) => one.slice(0, 3))).toEqual([
      ...["a>2", "a>3", "b>1", "b>3", "c>1", "c>2"],
    ]);
  });

  test("each host is one part, with its place in its role and its NIC once", () => {
    const parts = (counts: HostCounts) =>
      hostParts({ links }, variant(counts)).map(
        ({ host, roles, index, nics }) => `${host} ${roles.join("+")} ${index} ${nics.join()}`,
      );
    expect(parts({ clients: 2, servers: 1 })).toEqual([
      ...["a client 0 data0", "b client 1 data0", "c server 0 data0"],
    ]);
    expect(parts({ peers: 2 })).toEqual(["a client+server 0 data0", "b client+server 1 data0"]);
  });

  test("hosts in use are those of all variants, a pair where there is none", () => {
    const names = (...counts: HostCounts[]) => [
      ...hostPlaces({ links }, counts.map(variant)).keys(),
    ];
    expect(names()).toEqual(["a", "b"]);
    expect(names({ clients: 1, servers: 1 }, { clients: 1, servers: 2 })).toEqual(["a", "b", "c"]);
  });
});

test("names of hosts that are made for some variants tell their roles where each has but one", () => {
  const names = (...counts: HostCounts[]) => hostNames(counts.map(variant));
  expect(names()).toEqual(["client", "server"]);
  expect(names({ clients: 2, servers: 1 })).toEqual(["client-1", "client-2", "server"]);
  expect(names({ clients: 1, servers: 1 }, { clients: 1, servers: 2 })).toEqual([
    ...["client", "server-1", "server-2"],
  ]);
  expect(names({ peers: 3 })).toEqual(["host-1", "host-2", "host-3"]);
  expect(names(twoAndTwo, { clients: 3, servers: 1 })).toEqual([
    ...["host-1", "host-2", "host-3", "host-4"],
  ]);
});
