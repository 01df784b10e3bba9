import { expect, test } from "vitest";
import { countsOf, type HostPattern, hostFlows, hostsOf } from "./flow-plan.js";

const told = (pattern: HostPattern, flows = 1) =>
  hostFlows(pattern, flows).map(({ client, server, port }) => `${client}>${server} ${port}`);

test("every client to every server: servers are numbered first, as upstream's scripts do", () => {
  const pattern = { kind: "all-to-all", clients: 2, servers: 2 } as const;
  expect(told(pattern)).toEqual([
    ...[`0>0 ${4000 + 256 * 3}`, `0>1 ${8000 + 256 * 3}`],
    ...[`1>0 ${4000 + 256 * 4}`, `1>1 ${8000 + 256 * 4}`],
  ]);
  expect(countsOf(pattern)).toEqual({ clients: 2, servers: 2 });
});

test("a permutation is a server for each client, and flows have ports in a row", () => {
  expect(told({ kind: "permutation", pairs: 2 }, 2)).toEqual([
    ...["0>0 4768", "0>0 4769", "1>1 9024", "1>1 9025"],
  ]);
});

test("peers send to all but themselves", () => {
  const pattern = { kind: "peers", peers: 3 } as const;
  const flows = hostFlows(pattern, 1);
  expect(flows).toHaveLength(6);
  expect(flows.filter(({ client, server }) => client === server)).toEqual([]);
  expect(countsOf(pattern)).toEqual({ peers: 3 });
});

test.each<HostPattern>([
  { kind: "peers", peers: 15 },
  { kind: "permutation", pairs: 7 },
  { kind: "all-to-all", clients: 14, servers: 1 },
  { kind: "all-to-all", clients: 7, servers: 8 },
])("no two flows of %o share a port, with as many as a pair can have", (pattern) => {
  const flows = hostFlows(pattern, 16);
  expect(hostsOf(pattern)).toBeLessThanOrEqual(15);
  expect(new Set(flows.map(({ port }) => port)).size).toBe(flows.length);
  expect(new Set(flows.map(({ id }) => id)).size).toBe(flows.length);
});

test.each<HostPattern>([
  { kind: "peers", peers: 16 },
  { kind: "permutation", pairs: 8 },
  { kind: "all-to-all", clients: 8, servers: 8 },
])("%o has more hosts than ports can tell apart", (pattern) => {
  expect(() => hostFlows(pattern, 1)).toThrow(
    expect.objectContaining({ code: "OPTIONS_INVALID", remedy: expect.stringContaining("15") }),
  );
});
