import { expect, test } from "vitest";
import { ibSendBw } from "./experiments/perftest-bandwidth.js";
import { sockperfPingPong } from "./experiments/sockperf-ping-pong.js";
import { rdmaSetup } from "./setup.js";

const about = (softRoce?: string) => ({
  options: softRoce === undefined ? {} : { softRoce },
  host: "node0",
  role: "client" as const,
  end: { host: "node0", nic: "ens2", addresses: ["10.0.0.1"] as const },
  facts: {},
});
const rdma = [{ id: "bw", experiment: ibSendBw, options: {} }];
const sockets = [{ id: "pp", experiment: sockperfPingPong, options: {} }];
const ids = (softRoce: string | undefined, variants: typeof rdma | typeof sockets) =>
  rdmaSetup.steps?.({ ...about(softRoce), variants }).map(({ id }) => id);

test("sockets need neither RDMA's packages nor its modules", () => {
  expect(rdmaSetup.packages?.({ ...about(), variants: sockets })).toEqual([]);
  expect(ids(undefined, sockets)).toEqual([]);
});

test("RDMA experiments need libraries and modules, kept until restore", () => {
  expect(rdmaSetup.packages?.({ ...about(), variants: rdma })).toEqual([
    "ibverbs-providers",
    "rdma-core",
  ]);
  const steps = rdmaSetup.steps?.({ ...about(), variants: rdma }) ?? [];
  expect(steps.map(({ id }) => id)).toEqual(["module:ib_uverbs", "module:rdma_ucm"]);
  expect(steps.every(({ lifetime }) => lifetime === "kept")).toBe(true);
});

test.each(["ens2", "node0=ens2", "node1=eth7,node0=ens2"])(
  "SoftRoCE comes where it is asked for: %s",
  (softRoce) => {
    expect(ids(softRoce, sockets)).toEqual(["module:rdma_rxe", "link:ens2:soft-roce"]);
  },
);

test("a host that is not named gets none, and another NIC than the data NIC is refused", () => {
  expect(ids("node1=eth7", sockets)).toEqual([]);
  expect(() => ids("eth7", sockets)).toThrow(
    expect.objectContaining({
      code: "OPTIONS_INVALID",
      message: "--soft-roce names eth7 of node0, whose data NIC is ens2",
    }),
  );
});

test.each(["a=", "=b", "a=b,", "a,b", ""])("%j is no such option", (softRoce) => {
  expect(rdmaSetup.options["~standard"].validate({ softRoce })).toMatchObject({
    issues: [expect.objectContaining({ path: ["softRoce"] })],
  });
});
