import { expect, test } from "vitest";
import { applyCounterRules, nicRules, rdmaRules, tcpRules } from "./counter-rule.js";

const delta = (name: string, value: number, host = "client") => ({ host, name, delta: value });

test("retransmissions count against segments sent by the same host", () => {
  const below = [delta("tcp.RetransSegs", 1), delta("tcp.OutSegs", 1000)];
  expect(applyCounterRules(tcpRules, below)).toEqual([]);
  const above = [delta("tcp.RetransSegs", 2), delta("tcp.OutSegs", 1000)];
  expect(applyCounterRules(tcpRules, above)).toEqual([
    {
      state: "suspect",
      rule: "tcp.retransmissions",
      text: "TCP segments were sent again on client: 2 of 1000 (threshold 0.001)",
    },
  ]);
  const elsewhere = [delta("tcp.RetransSegs", 2), delta("tcp.OutSegs", 1_000_000, "server")];
  expect(applyCounterRules(tcpRules, elsewhere)).toHaveLength(1);
});

test("one RDMA retry makes a trial suspect, giving up makes it invalid", () => {
  const states = (name: string) =>
    applyCounterRules(rdmaRules, [delta(name, 1)]).map((r) => r.state);
  expect(states("rdma.rxe0.1.completer_retry_err")).toEqual(["suspect"]);
  expect(states("rdma.rxe0.1.retry_exceeded_err")).toEqual(["invalid"]);
  expect(states("rdma.rxe0.1.sent_pkts")).toEqual([]);
});

test("drops of any interface of a host are added up", () => {
  const deltas = [
    delta("nic.lab0.rxDropped", 1),
    delta("nic.lab0.txErrors", 1),
    delta("nic.lab0.rxPackets", 100),
  ];
  expect(applyCounterRules(nicRules, deltas)[0]?.text).toContain("2 of 100");
});
