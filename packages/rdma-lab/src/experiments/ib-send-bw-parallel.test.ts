import { describe, expect, it } from "vitest";
import { judge, processesOf } from "../../test/support/judge.js";
import { ibSendBwParallel } from "./ib-send-bw-parallel.js";

interface Pair {
  readonly mpps?: string;
  readonly iterations?: number;
  readonly fromMs?: number;
  readonly seen?: boolean;
  readonly stderr?: string;
}

const client = ({ mpps = "0.000400", iterations = 2000 }: Pair) => ({
  stdout: `                    Send BW Test
 CQ Moderation   : 100
---------------------------------------------------------------------------------------
 #bytes     #iterations    BW peak[MB/sec]    BW average[MB/sec]   MsgRate[Mpps]
 4          ${iterations}             0.00               0.00   		   ${mpps}
---------------------------------------------------------------------------------------
`,
});

/** Pairs of a test of 7 s, of which 5 are measured. */
const judged = (...pairs: readonly Pair[]) =>
  judge(ibSendBwParallel, {
    options: { processes: pairs.length },
    texts: Object.fromEntries(
      pairs.flatMap((pair, index) => [
        [`client-${index + 1}`, { ...client(pair), stderr: pair.stderr ?? "" }],
        [`server-${index + 1}`, {}],
      ]),
    ),
    windows: Object.fromEntries(
      pairs.flatMap(({ fromMs = 0, seen = true }, index) =>
        seen ? [[`client-${index + 1}`, { fromMs, toMs: fromMs + 5000 }]] : [],
      ),
    ),
    counters: {
      "client rdma.rxe0.1.sent_pkts": 100_000,
      "server rdma.rxe0.1.rcvd_pkts": 100_000,
    },
  });

describe("sends side by side", () => {
  it("add up to one rate", async () => {
    const { found, result, samples } = await judged({}, { mpps: "0.000500", iterations: 2500 });
    expect(found).toEqual([]);
    expect(result.messageRatePerS).toBe(900);
    expect(result.throughputGbps).toBeCloseTo((900 * 4 * 8) / 1e9, 15);
    expect(samples.map(({ metric, value, unit }) => [metric, value, unit])).toEqual([
      ["messageRate", 900, "count/s"],
      ["goodput", 28_800, "bit/s"],
      ["messageRate.least", 400, "count/s"],
      ["messageRate.most", 500, "count/s"],
    ]);
  });

  it("must have measured at the same time for four fifths of a window", async () => {
    expect((await judged({}, { fromMs: 1000 })).found).toEqual([]);
    const { found, text } = await judged({}, { fromMs: 1001 });
    expect(found).toEqual(["invalid windows.apart"]);
    expect(text).toContain("only for 80.0 % of a window (threshold 80.0 %)");
    expect((await judged({}, {}, { fromMs: 9000 })).text).toContain("only for 0.0 %");
  });

  it("make no sum when one was not seen to measure", async () => {
    const { found, text } = await judged({}, { seen: false });
    expect(found).toEqual(["invalid windows.apart"]);
    expect(text).toMatch(/^client-2 never said when it measured/);
  });

  it("make no sum without the rate of one, which is named", async () => {
    const { found, text, samples, result } = await judged({}, { mpps: "0.000000", iterations: 0 });
    expect(found).toEqual(["invalid perftest.no-rate"]);
    expect(text).toMatch(/^client-2: perftest gives no rate: /);
    expect(samples).toEqual([]);
    expect(result).not.toHaveProperty("messageRatePerS");
  });

  it("doubt a sum with a rate that had to be recomputed", async () => {
    const { found, text, result } = await judged({ mpps: "0.000000" }, {});
    expect(found).toEqual(["suspect perftest.no-rate"]);
    expect(text).toMatch(/^client-1: recomputed from iterations and time/);
    expect(result.messageRatePerS).toBe(800);
  });

  it("name the pair whose rate is not what its count makes, and pass on complaints", async () => {
    const { found, text } = await judged({}, {}, { mpps: "0.000900" });
    expect(found).toEqual(["suspect perftest.rate-mismatch"]);
    expect(text).toMatch(/^client-3: perftest says 900 messages\/s/);
    const stderr = "Correlation coefficient r^2: 0.5 < 0.9";
    expect((await judged({}, { stderr })).found).toEqual(["suspect tool.complained"]);
  });

  it("run on a core each, near the NIC first, on ports of their own, all servers first", async () => {
    const processes = await processesOf(ibSendBwParallel, { processes: 3, messageBytes: 65_536 });
    const common = (port: number) => `ib_send_bw -d rxe0 -x 1 -p ${port} -F -u 20 -s 65536 -D 7`;
    expect(processes.map(({ id, argv }) => `${id}: ${argv.join(" ")}`)).toEqual([
      `server-1: taskset -c 2 ${common(20_000)}`,
      `client-1: taskset -c 2 ${common(20_000)} 10.77.0.2`,
      `server-2: taskset -c 3 ${common(20_001)}`,
      `client-2: taskset -c 3 ${common(20_001)} 10.77.0.2`,
      `server-3: taskset -c 0 ${common(20_002)}`,
      `client-3: taskset -c 0 ${common(20_002)} 10.77.0.2`,
    ]);
    for (const { id, after = [] } of processes) {
      expect(after).toEqual(id.startsWith("server") ? [] : ["server-1", "server-2", "server-3"]);
    }
  });
});
