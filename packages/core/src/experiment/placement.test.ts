import { describe, expect, test } from "vitest";
import type { Link, Testbed } from "../testbed/testbed.js";
import { placementOf } from "./placement.js";

const link = (name: string, first: string, second: string): Link => ({
  name,
  mtuBytes: 1500,
  ends: [
    { host: first, nic: "eth1", addresses: ["10.0.0.1"] },
    { host: second, nic: "eth1", addresses: ["10.0.0.2"] },
  ],
});

const pair = (count = 1) => ({ experiment: { links: () => count }, options: {} });

const chosen = (links: readonly [Link, ...Link[]], roles?: Testbed["roles"]) => {
  const testbed = { links, ...(roles === undefined ? {} : { roles }) };
  const [{ client, server, link: used }] = placementOf(testbed, pair()).links;
  return `${client.host}>${server.host} on ${used.name}`;
};

const star = [link("ab", "a", "b"), link("bc", "b", "c"), link("ca", "c", "a")] as const;

describe("which ends are client and server", () => {
  test.each<[string, Parameters<typeof chosen>, string]>([
    ["the order of the first link", [star], "a>b on ab"],
    ["hosts named so", [[link("data", "server", "client")]], "client>server on data"],
    ["one of them named so", [[link("data", "x", "client")]], "client>x on data"],
    ["both roles given", [star, { client: ["c"], server: ["b"] }], "c>b on bc"],
    ["only the client given", [star, { client: ["c"] }], "c>b on bc"],
    [
      "of several in a role the first that is joined",
      [star, { client: ["c", "a"], server: ["b"] }],
      "c>b on bc",
    ],
    ["only the server given", [star, { server: ["a"] }], "b>a on ab"],
    [
      "roles against the names",
      [[link("data", "client", "server")], { client: ["server"] }],
      "server>client on data",
    ],
  ])("%s", (_, [links, roles], expected) => {
    expect(chosen(links, roles)).toBe(expected);
  });

  test("roles that no link joins are refused with the links there are", () => {
    const two = [link("ab", "a", "b"), link("cd", "c", "d")] as const;
    expect(() => chosen(two, { client: ["a"], server: ["d"] })).toThrow(
      "no link of the testbed has a as client and d as server",
    );
  });
});

describe("links side by side", () => {
  const links = [link("one", "b", "a"), link("other", "b", "c"), link("two", "a", "b")] as const;
  const testbed = { links, roles: { client: ["a"] } };

  test("those that join the same hosts, each with its ends by role", () => {
    const found = placementOf(testbed, pair(2)).links.map(({ client, server, link: { name } }) => ({
      ...{ name, client: client.host, server: server.host },
    }));
    expect(found).toEqual([
      { name: "one", client: "a", server: "b" },
      { name: "two", client: "a", server: "b" },
    ]);
    expect(placementOf(testbed, pair(1)).links).toHaveLength(1);
  });

  test("more than there are is OPTIONS_INVALID with those there are", () => {
    expect(() => placementOf(testbed, pair(3))).toThrow(
      expect.objectContaining({
        code: "OPTIONS_INVALID",
        message: "3 links are wanted, but 2 join a and b: one, two",
      }),
    );
  });
});
