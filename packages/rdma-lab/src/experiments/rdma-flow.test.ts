import { describe, expect, it } from "vitest";
import { rdmaFlowFindings } from "./rdma-flow.js";

const found = (counters: Readonly<Record<string, number>>) =>
  rdmaFlowFindings(
    {
      client: { host: "client", nic: "lab0" },
      server: { host: "server", nic: "lab0" },
      counters: Object.entries(counters).map(([key, delta]) => {
        const [host = "", name = ""] = key.split(" ");
        return { host, name, delta };
      }),
    },
    { messages: 1000, bytes: 16_000 },
  ).map(({ state, rule, text }) => `${state} ${rule}: ${text}`);

const good = {
  "client rdma.rxe0.1.sent_pkts": 1000,
  "server rdma.rxe0.1.rcvd_pkts": 1000,
};

describe("the RDMA flow", () => {
  it("is there when both devices saw a packet per message", () => {
    expect(found(good)).toEqual([]);
    const two = { "client rdma.rxe0.1.sent_pkts": 600, "client rdma.rxe1.1.sent_pkts": 400 };
    expect(found({ ...good, ...two })).toEqual([]);
  });

  it("is missing when the client's device sent less", () => {
    expect(found({ ...good, "client rdma.rxe0.1.sent_pkts": 999 })).toEqual([
      "invalid flow.missing: the RDMA device of client sent 999 packets, but 1000 messages are reported",
    ]);
  });

  it("is missing when the server's device received nothing", () => {
    expect(
      found({ "client rdma.rxe0.1.sent_pkts": 1000, "server rdma.rxe0.1.sent_pkts": 5 }),
    ).toEqual([
      "invalid flow.missing: the RDMA device of server received no packet, but 1000 messages are reported",
    ]);
  });

  it("is looked for on the data NIC where no RDMA counter tells", () => {
    const hardware = { "server rdma.mlx5_0.1.rx_write_requests": 1000 };
    expect(found({ ...hardware, "server nic.lab0.rxBytes": 16_000 })).toEqual([]);
    const [finding, ...others] = found({ ...hardware, "server nic.lab0.rxBytes": 15_999 });
    expect(finding).toMatch(/^suspect flow\.missing: .*15999 bytes where 16000 are reported/);
    expect(others).toEqual([]);
    expect(found(hardware)).toEqual([]);
  });
});
