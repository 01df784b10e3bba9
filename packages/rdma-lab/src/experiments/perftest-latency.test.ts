import { describe, expect, it } from "vitest";
import { judge, processesOf } from "../../test/support/judge.js";
import { ibReadLat, ibSendLat } from "./perftest-latency.js";

interface Figures {
  readonly title?: string;
  readonly iterations?: number;
  readonly typical?: string;
  readonly mean?: string;
  readonly unit?: string;
  readonly stderr?: string;
  readonly sent?: number;
}

const judged = ({
  title = "Send Latency Test",
  iterations = 1000,
  typical = "584.57",
  mean = "1507.37",
  unit = "usec",
  stderr = "",
  sent = 2000,
}: Figures = {}) =>
  judge(ibSendLat, {
    options: {},
    texts: {
      client: {
        stdout: `                    ${title}
---------------------------------------------------------------------------------------
 #bytes #iterations    t_min[${unit}]    t_max[${unit}]  t_typical[${unit}]    t_avg[${unit}]    t_stdev[${unit}]   99% percentile[${unit}]   99.9% percentile[${unit}]
 16      ${iterations}          288.48         28373.67      ${typical}   	       ${mean}     	2017.34		10387.95 		28373.67
---------------------------------------------------------------------------------------
`,
        stderr,
      },
    },
    counters: {
      "client rdma.rxe0.1.sent_pkts": sent,
      "server rdma.rxe0.1.rcvd_pkts": 2000,
      "server nic.lab0.rxBytes": 137_821,
    },
  });

describe("ib_send_lat", () => {
  it("finds nothing in a good run and gives half of the median round trip", async () => {
    const { found, result, samples } = await judged();
    expect(found).toEqual([]);
    expect(result.oneWayLatencyUs).toBe(584.57);
    expect(samples).toContainEqual(
      expect.objectContaining({ metric: "oneWayLatency.p50", value: 584.57e-6, unit: "s" }),
    );
  });

  it("takes figures of an unknown test for no latency", async () => {
    const { found, result, text } = await judged({ title: "Echo Latency Test" });
    expect(found).toEqual(["invalid perftest.unknown-test"]);
    expect(text).toContain("RTT or RTT/2 is unknown");
    expect(result).not.toHaveProperty("oneWayLatencyUs");
    const read = await judged({ title: "RDMA_Read Latency Test" });
    expect(read.found).toEqual(["invalid perftest.unknown-test"]);
  });

  it.each([{ typical: "0.00" }, { typical: "-3.00" }, { typical: "nan" }, { unit: "cycles" }])(
    "takes $typical $unit for no latency",
    async (figures) => {
      const { found, result } = await judged(figures);
      expect(found).toEqual(["invalid perftest.no-latency"]);
      expect(result).not.toHaveProperty("oneWayLatencyUs");
    },
  );

  it("wants all iterations, on both RDMA devices", async () => {
    const { found, text } = await judged({ iterations: 999 });
    expect(found).toEqual(["invalid perftest.incomplete"]);
    expect(text).toContain("999 of 1000");
    expect((await judged({ sent: 999 })).found).toEqual(["invalid flow.missing"]);
  });

  it("passes on that perftest could not time itself", async () => {
    const stderr = "Correlation coefficient r^2: 0.5 < 0.9";
    expect((await judged({ stderr })).found).toEqual(["suspect tool.complained"]);
  });

  it("may run longer the more iterations it has", async () => {
    const limit = async (iterations: number) =>
      (await processesOf(ibSendLat, { iterations })).map(({ deadlineMs }) => deadlineMs);
    expect(await limit(1000)).toEqual([105_000, 75_000]);
    // 10 ms each in a slow guest must fit
    expect((await limit(10_000_000))[1]).toBeGreaterThan(10_000_000 * 10 + 45_000);
  });
});

describe("ib_read_lat", () => {
  const read = (title: string, counters: Readonly<Record<string, number>>) =>
    judge(ibReadLat, {
      options: {},
      texts: {
        client: {
          stdout: `                    ${title}
 #bytes #iterations    t_min[usec]    t_max[usec]  t_typical[usec]    t_avg[usec]    t_stdev[usec]   99% percentile[usec]   99.9% percentile[usec]
 16      1000          210.08         9373.67      434.50   	       507.37     	317.34		1387.95 		9373.67
---------------------------------------------------------------------------------------
`,
        },
      },
      counters,
    });
  const counters = {
    "client rdma.rxe0.1.sent_pkts": 1000,
    "client rdma.rxe0.1.rcvd_pkts": 1000,
    "server rdma.rxe0.1.rcvd_pkts": 1000,
  };

  it("gives the whole round trip, not half of it", async () => {
    const { found, result, samples } = await read("RDMA_Read Latency Test", counters);
    expect(found).toEqual([]);
    expect(result.roundTripLatencyUs).toBe(434.5);
    expect(result).not.toHaveProperty("oneWayLatencyUs");
    expect(samples).toContainEqual(
      expect.objectContaining({ metric: "roundTripLatency.p50", value: 434.5e-6, unit: "s" }),
    );
    expect(ibReadLat.headline({} as never)).toBe("roundTripLatency.p50");
  });

  it("takes halved figures of a send for none of a read", async () => {
    const { found } = await read("Send Latency Test", counters);
    expect(found).toEqual(["invalid perftest.unknown-test"]);
  });

  it("wants as many answers at the client's device", async () => {
    const few = { ...counters, "client rdma.rxe0.1.rcvd_pkts": 999 };
    expect((await read("RDMA_Read Latency Test", few)).found).toEqual(["invalid flow.missing"]);
  });

  it("polls, like the send", async () => {
    const [server] = await processesOf(ibReadLat, { iterations: 500 });
    expect(server?.argv.join(" ")).toBe("ib_read_lat -d rxe0 -x 1 -p 20000 -F -u 20 -s 16 -n 500");
  });
});
