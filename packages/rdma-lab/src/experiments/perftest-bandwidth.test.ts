import { describe, expect, it } from "vitest";
import { checked, judge, processesOf } from "../../test/support/judge.js";
import { ibReadBw, ibSendBw, ibWriteBw } from "./perftest-bandwidth.js";

interface Figures {
  readonly messageBytes?: number;
  readonly durationS?: number;
  readonly iterations?: number;
  readonly mibPerS?: string;
  readonly mpps?: string;
  readonly cqModeration?: number | undefined;
  readonly words?: string;
  readonly stderr?: string;
  readonly serverStderr?: string;
  readonly counters?: Readonly<Record<string, number>>;
}

const carried = {
  "client rdma.rxe0.1.sent_pkts": 9409,
  "client rdma.rxe0.1.rcvd_pkts": 580,
  "server rdma.rxe0.1.rcvd_pkts": 9294,
  "server rdma.rxe0.1.sent_pkts": 580,
  "server nic.lab0.rxBytes": 39_086_807,
};

const judged = ({
  messageBytes = 65_536,
  durationS = 4,
  iterations = 291,
  mibPerS = "8.95",
  mpps = "0.000143",
  cqModeration = messageBytes > 8192 ? 1 : 100,
  words = "",
  stderr = "",
  serverStderr = "",
  counters = carried,
}: Figures = {}) =>
  judge(ibSendBw, {
    options: { messageBytes, durationS },
    texts: {
      client: {
        stdout: `                    Send BW Test
${words}
${Number.isNaN(cqModeration) ? "" : ` CQ Moderation   : ${cqModeration}`}
---------------------------------------------------------------------------------------
 #bytes     #iterations    BW peak[MB/sec]    BW average[MB/sec]   MsgRate[Mpps]
 ${messageBytes}      ${iterations}               0.00               ${mibPerS}   		   ${mpps}
---------------------------------------------------------------------------------------
`,
        stderr,
      },
      server: { stderr: serverStderr },
    },
    counters,
  });

const small = { messageBytes: 16, mibPerS: "0.03", mpps: "0.001689" };

describe("perftest bandwidth", () => {
  it("finds nothing in a good run and gives payload bits per second", async () => {
    const { found, samples, result } = await judged();
    expect(found).toEqual([]);
    expect(samples[0]).toMatchObject({
      metric: "goodput",
      value: 8.95 * 2 ** 20 * 8,
      unit: "bit/s",
      asReported: { value: "8.95", unit: "MB/sec (2^20 bytes/s)" },
    });
    expect(result.throughputGbps).toBeCloseTo(0.0750780416, 12);
  });

  it("compares the rate with count and measuring time", async () => {
    const { found, text } = await judged({ durationS: 5 });
    expect(found).toEqual(["suspect perftest.rate-mismatch"]);
    expect(text).toContain("143.2 messages/s, but 291 in 3 s are 97.0");
    expect((await judged({ mibPerS: "9.90", mpps: "0.000158" })).found).toEqual([]);
    expect((await judged({ mibPerS: "10.20", mpps: "0.000163" })).found).toHaveLength(1);
    expect((await judged({ mibPerS: "8.00", mpps: "0.000128" })).found).toHaveLength(1);
  });

  it("allows for the steps in which perftest counts", async () => {
    expect((await judged({ ...small, iterations: 3400 })).found).toEqual([]);
    // 1350/s against 1500 messages in 2 s: off by 80 %, steps explain 13 %
    const far = { ...small, mpps: "0.001350", mibPerS: "0.02", iterations: 1500 };
    expect((await judged(far)).found).toEqual([
      "suspect perftest.too-few",
      "suspect perftest.rate-mismatch",
    ]);
    const near = { ...small, mpps: "0.000850", mibPerS: "0.01", iterations: 1500 };
    expect((await judged(near)).found).toEqual(["suspect perftest.too-few"]);
  });

  it.each([
    [2000, 100, []],
    [1900, 100, ["suspect perftest.too-few"]],
    [1900, Number.NaN, ["suspect perftest.too-few"]],
    [1900, 1, []],
  ])("%d messages in steps of %d", async (iterations, cqModeration, expected) => {
    const mpps = (iterations / 2e6).toFixed(6);
    const row = { ...small, mibPerS: "0.01", mpps, iterations, cqModeration };
    expect((await judged(row)).found).toEqual(expected);
  });

  it("names a rate that had to be recomputed", async () => {
    const { found, samples } = await judged({ mibPerS: "0.00", mpps: "0.000000" });
    expect(found).toEqual(["suspect perftest.no-rate"]);
    expect(samples.find(({ metric }) => metric === "messageRate")?.value).toBe(145.5);
  });

  it("passes on complaints of both ends, but not what good runs print too", async () => {
    const noise = "Device not recognized to implement inline feature. Disabling it\n";
    const words = " WARNING: BW peak won't be measured in this run.";
    expect((await judged({ words, stderr: noise, serverStderr: noise })).found).toEqual([]);
    const clock = "Correlation coefficient r^2: 0.612034 < 0.9";
    const { found, text } = await judged({ stderr: clock });
    expect(found).toEqual(["suspect tool.complained"]);
    expect(text).toContain(clock);
    expect((await judged({ serverStderr: clock })).found).toEqual(["suspect tool.complained"]);
    expect((await judged({ words: clock })).found).toEqual(["suspect tool.complained"]);
  });

  it("holds a row without count and rate for no measurement", async () => {
    const { found } = await judged({ iterations: 0, mibPerS: "0.00", mpps: "0.000000" });
    expect(found).toEqual(["invalid perftest.no-rate"]);
  });

  it("starts both ends from one set of options", async () => {
    const [server, client] = await processesOf(ibWriteBw, { messageBytes: 16 });
    const common = "ib_write_bw -d rxe0 -x 1 -p 20000 -F -u 20 -s 16 -D 4";
    expect(server?.argv.join(" ")).toBe(common);
    expect(client?.argv.join(" ")).toBe(`${common} 10.77.0.2`);
    expect(client?.deadlineMs).toBe(57_000);
  });

  it("takes the figure that is asked for, else the one that says more at that size", async () => {
    const named = async (options: object) => {
      const chosen = (await checked(ibSendBw, options)) as never;
      return `${ibSendBw.title(chosen)}: ${ibSendBw.headline(chosen)}`;
    };
    expect(await named({ messageBytes: 16 })).toBe("ib_send_bw message rate, 16 B: messageRate");
    expect(await named({})).toBe("ib_send_bw bandwidth, 64 KiB: goodput");
    expect(await named({ messageBytes: 16, figure: "bandwidth", governor: "powersave" })).toBe(
      "ib_send_bw bandwidth, 16 B, governor powersave: goodput",
    );
  });

  it("wants its governor on all CPUs while it measures, and nothing without one", async () => {
    const steps = async (options: object) =>
      ibSendBw
        .conditions?.((await checked(ibSendBw, options)) as never, {} as never)
        .map(({ title }) => title);
    expect(await steps({})).toEqual([]);
    expect(await steps({ governor: "powersave" })).toEqual([
      "set the frequency governor of all CPUs to powersave",
    ]);
    await expect(checked(ibSendBw, { governor: "-1" })).rejects.toThrow("frequency governor");
  });
});

describe("RDMA read bandwidth", () => {
  const read = (counters: Readonly<Record<string, number>>) =>
    judge(ibReadBw, {
      options: {},
      texts: {
        client: {
          stdout: `                    RDMA_Read BW Test
 #bytes     #iterations    BW peak[MB/sec]    BW average[MB/sec]   MsgRate[Mpps]
 65536      291               0.00               8.95   		   0.000143
---------------------------------------------------------------------------------------
`,
        },
      },
      counters,
    });
  const answered = { ...carried, "client rdma.rxe0.1.rcvd_pkts": 9294 };

  it("comes back through the client's device", async () => {
    expect((await read(answered)).found).toEqual([]);
    const { found, text } = await read({ ...answered, "client rdma.rxe0.1.rcvd_pkts": 290 });
    expect(found).toEqual(["invalid flow.missing"]);
    expect(text).toContain("of client received 290 packets, but 291 reads are reported");
  });

  it("is looked for on the client's NIC where no RDMA counter tells", async () => {
    const bytes = 291 * 65_536;
    const { found, text } = await read({ "client nic.lab0.rxBytes": bytes - 1 });
    expect(found).toEqual(["suspect flow.missing"]);
    expect(text).toContain(`lab0 of client received ${bytes - 1} bytes`);
    expect((await read({ "client nic.lab0.rxBytes": bytes })).found).toEqual([]);
  });

  it("has its own program on both ends", async () => {
    const [server] = await processesOf(ibReadBw, {});
    expect(server?.argv.join(" ")).toBe("ib_read_bw -d rxe0 -x 1 -p 20000 -F -u 20 -s 65536 -D 4");
  });
});
