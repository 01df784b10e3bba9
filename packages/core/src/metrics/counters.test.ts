import { expect, test } from "vitest";
import { counterDeltas, countersOf } from "./counters.js";
import type { Snapshot } from "./snapshot.js";

const nic = (rxBytes: number, rxDropped: number) =>
  [
    "Inter-|   Receive                                                |  Transmit",
    " face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed",
    `  lab0: ${rxBytes} 10 0 ${rxDropped} 0 0 0 0 500 5 0 0 0 0 0 0`,
  ].join("\n");

const snapshot = (files: Record<string, string>): Snapshot => ({
  token: "0",
  kind: "full",
  uptimeS: 1,
  files: new Map(Object.entries(files)),
});

test("only what grew is told, by names a rule can match", () => {
  const rxe = "/sys/class/infiniband/rxe0/ports/1/hw_counters/completer_retry_err";
  const before = snapshot({
    "/proc/net/dev": nic(100, 0),
    "/proc/net/snmp": "Tcp: RtoMin RetransSegs OutSegs\nTcp: 200 5 10",
    [rxe]: "3",
  });
  const after = snapshot({
    "/proc/net/dev": nic(1100, 2),
    "/proc/net/snmp": "Tcp: RtoMin RetransSegs OutSegs\nTcp: 200 7 10",
    [rxe]: "4",
  });
  expect(counterDeltas("client", countersOf(before), countersOf(after))).toEqual([
    { host: "client", name: "nic.lab0.rxBytes", delta: 1000 },
    { host: "client", name: "nic.lab0.rxDropped", delta: 2 },
    { host: "client", name: "tcp.RetransSegs", delta: 2 },
    { host: "client", name: "rdma.rxe0.1.completer_retry_err", delta: 1 },
  ]);
});
