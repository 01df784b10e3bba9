import { expect, test } from "vitest";
import type { Snapshot } from "../metrics/snapshot.js";
import { receiveRate } from "./receive-rate.js";

const head =
  "Inter-|   Receive  |  Transmit\n face |bytes packets errs drop fifo frame compressed multicast|bytes packets errs drop fifo colls carrier compressed\n";

const end = (nic: string) => ({ host: "server", nic, addresses: ["10.0.0.1"] as const });

const snapshot = (uptimeS: number, bytes: number): Snapshot => ({
  token: "",
  kind: "tick",
  uptimeS,
  files: new Map([["/proc/net/dev", `${head}  lab0: ${bytes} 1 0 0 0 0 0 0 5 1 0 0 0 0 0 0\n`]]),
});

test("the rate is of the server's data NIC, between snapshots that are far enough apart", () => {
  const told: number[] = [];
  const take = receiveRate([{ server: end("lab0") }], (rate) => told.push(rate));
  take("server", snapshot(10, 1000));
  take("client", snapshot(11, 9_000_000));
  take("server", snapshot(10.1, 2000));
  take("server", snapshot(11, 126_000));
  take("server", snapshot(13, 500));
  take("server", snapshot(14, 1500));
  expect(told).toEqual([1_000_000, 8000]);
});

test("a NIC that is not there has no rate", () => {
  const take = receiveRate([{ server: end("other") }], () => {
    throw new Error("there is no such NIC");
  });
  take("server", snapshot(10, 1000));
  take("server", snapshot(11, 2000));
});
