import { expect, test } from "vitest";
import { payloadFindings, tcpFindings } from "./findings.js";

const counters = [
  { host: "client", name: "tcp.RetransSegs", delta: 5 },
  { host: "client", name: "tcp.OutSegs", delta: 136 },
  { host: "server", name: "nic.lab0.rxBytes", delta: 1000 },
].map((one) => ({ ...one, before: 0, after: one.delta }));

test("TCP's counters say nothing of a flow over dcPIM: there they are those of logins", () => {
  expect(tcpFindings({ counters }, "dcpim")).toEqual([]);
  expect(tcpFindings({ counters }, "tcp")).toMatchObject([{ rule: "tcp.retransmissions" }]);
});

test("payload the card did not carry is none", () => {
  const server = { host: "server", nic: "lab0" };
  expect(payloadFindings({ counters, server }, 1001)).toMatchObject([
    { state: "invalid", rule: "flow.missing" },
  ]);
  expect(payloadFindings({ counters, server }, 1000)).toEqual([]);
});
