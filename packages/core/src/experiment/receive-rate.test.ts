import { describe, expect, test } from "vitest";
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

test("of several servers it is the sum, once each has told, whatever links share their NICs", () => {
  const told: number[] = [];
  const on = (host: string) => ({ server: { ...end("lab0"), host } });
  const take = receiveRate([on("a"), on("a"), on("b")], (rate) => told.push(rate));
  for (const host of ["a", "b"]) take(host, snapshot(10, 1000));
  take("a", snapshot(11, 2000));
  take("a", snapshot(12, 4000));
  expect(told).toEqual([]);
  take("b", snapshot(12, 2000));
  expect(told).toEqual([2000 * 8 + 500 * 8]);
  take("b", snapshot(13, 2000));
  expect(told).toHaveLength(1);
});

test("a NIC that is not there has no rate", () => {
  const take = receiveRate([{ server: end("other") }], () => {
    throw new Error("there is no such NIC");
  });
  take("server", snapshot(10, 1000));
  take("server", snapshot(11, 2000));
});

describe("a server whose flows go by RDMA", () => {
  const port = "/sys/class/infiniband/mlx5_0/ports/1";
  const other = port.replace("mlx5_0", "mlx5_1");
  const rates = (...both: readonly (readonly [string, string])[][]) => {
    const told: number[] = [];
    const take = receiveRate([{ server: end("lab0") }], (rate) => told.push(rate), "rdma");
    both.forEach((more, second) => {
      const one = snapshot(second, 1000 + 500 * second);
      take("server", { ...one, files: new Map([...one.files, ...more]) });
    });
    return told;
  };

  test("of a card it is what its port counts, in lanes of four bytes", () => {
    const counter = `${port}/counters/port_rcv_data`;
    expect(rates([[counter, "1000"]], [[counter, "3000"]])).toEqual([2000 * 4 * 8]);
  });

  test("in software it is what the NIC counts", () => {
    const counter = `${port}/hw_counters/rcvd_pkts`;
    expect(rates([[counter, "1"]], [[counter, "9"]])).toEqual([500 * 8]);
  });

  test("without a counter, or with those of two ports, there is none", () => {
    const two = [port, other].map((each) => [`${each}/counters/port_rcv_data`, "7"] as const);
    expect(rates([], [])).toEqual([]);
    expect(rates(two, two)).toEqual([]);
  });
});
