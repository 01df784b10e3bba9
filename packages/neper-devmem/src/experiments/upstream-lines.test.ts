import { expect, test } from "vitest";
import { neperLines } from "./upstream-lines.js";

const process = (id: string, host: string) => ({
  ...{ id, host, argv: [], exitCode: 0, signal: null, stopped: false, durationS: 1, files: [] },
});
const verdictOf = (state: "invalid" | "valid") => ({ state, reasons: [] });
const processes = [
  process("server-1", "node1"),
  process("server-2", "node1"),
  process("client-1", "node0"),
  process("client-2", "node0"),
];
const link = (name: string, ...hosts: [string, string]) => {
  const [one, other] = hosts.map((host) => ({ host, nic: `${name}-${host}`, addresses: ["a"] }));
  if (one === undefined || other === undefined) throw new Error("two ends");
  return { name, mtuBytes: 1500, ends: [one, other] as [typeof one, typeof other] };
};
const links = [
  link("x", "node0", "node7"),
  link("a", "node0", "node1"),
  link("b", "node1", "node0"),
];
const result = {
  links: [
    { server: "server-2", perS: 2403110000 },
    { server: "server-1", perS: 193551940000 },
  ],
};

test("each NIC of the server with its own figure, whatever the order", () => {
  const valid = { processes, result, verdict: verdictOf("valid") };
  expect(neperLines(valid, links)).toEqual([
    "[a-node1] Throughput (Mb/s): 193551.94",
    "[b-node1] Throughput (Mb/s): 2403.11",
  ]);
});

test("no figure of an invalid trial, and none is given to another NIC", () => {
  const verdict = verdictOf("invalid");
  const na = ["[a-node1] Throughput (Mb/s): NA", "[b-node1] Throughput (Mb/s): NA"];
  expect(neperLines({ processes, result, verdict }, links)).toEqual(na);
  const dead = { links: [{ server: "server-2", perS: 2403110000 }] };
  const some = { processes, result: dead, verdict: verdictOf("valid") };
  expect(neperLines(some, links)[0]).toBe(na[0]);
});
