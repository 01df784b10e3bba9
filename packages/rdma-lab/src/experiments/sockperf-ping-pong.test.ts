import { describe, expect, it } from "vitest";
import { judge, processesOf } from "../../test/support/judge.js";
import { sockperfPingPong } from "./sockperf-ping-pong.js";

interface Figures {
  readonly total?: string;
  readonly valid?: string;
  readonly averageUs?: string;
  readonly dropped?: number;
  readonly words?: string;
}

/** A test of 4 s with a median of 363 µs, as sockperf 3.7 prints it. */
const client = ({
  total = "RunTime=4.003 sec; Warm up time=400 msec; SentMessages=3788; ReceivedMessages=3787",
  valid = "RunTime=3.552 sec; SentMessages=3349; ReceivedMessages=3349",
  averageUs = "529.721",
  dropped = 0,
  words = "",
}: Figures = {}) => `sockperf: == version #3.7-no.git ==
${words}
sockperf: Starting test...
sockperf: Test end (interrupted by timer)
sockperf: [Total Run] ${total}
sockperf: [Valid Duration] ${valid}
sockperf: ====> avg-latency=${averageUs} (std-dev=417.544)
sockperf: # dropped messages = ${dropped}; # duplicated messages = 0; # out-of-order messages = 0
sockperf: Summary: Latency is ${averageUs} usec
sockperf: Total 3349 observations; each percentile contains 33.49 observations
sockperf: ---> <MAX> observation = 5030.150
sockperf: ---> percentile 50.000 =  363.407
sockperf: ---> <MIN> observation =  243.160
`;

const judged = (figures: Figures = {}, windowS: number | undefined = 3.551, rxBytes = 219_704) =>
  judge(sockperfPingPong, {
    options: { protocol: "udp", messageBytes: 16, durationS: 4 },
    texts: { client: { stdout: client(figures) } },
    counters: { "server nic.lab0.rxBytes": rxBytes },
    windowS,
  });

describe("sockperf ping-pong", () => {
  it("finds nothing in a good run and gives half of the median round trip", async () => {
    const { found, result, samples } = await judged();
    expect(found).toEqual([]);
    expect(result.oneWayLatencyUs).toBe(363.407);
    expect(samples).toContainEqual(
      expect.objectContaining({ metric: "oneWayLatency.p50", value: 363.407e-6, unit: "s" }),
    );
  });

  it("does not take a flow that one lost datagram ended for a measurement", async () => {
    const { found, text } = await judged({
      total: "RunTime=4.000 sec; Warm up time=400 msec; SentMessages=900; ReceivedMessages=899",
      valid: "RunTime=1.793 sec; SentMessages=718; ReceivedMessages=718",
    });
    expect(found).toEqual(["invalid flow.died"]);
    expect(text).toContain("1.793 s");
  });

  it.each([
    [3.2, []],
    [3.19, ["invalid flow.died"]],
  ])("wants nine tenths of the valid part: %d s", async (durationS, expected) => {
    const valid = `RunTime=${durationS.toFixed(3)} sec; SentMessages=3349; ReceivedMessages=3349`;
    expect((await judged({ valid })).found).toEqual(expected);
  });

  it("counts messages without reply, but not the last one", async () => {
    const total = "RunTime=4.003 sec; Warm up time=400 msec; SentMessages=3789; ReceivedMessages=";
    expect((await judged({ total: `${total}3787` })).found).toEqual(["suspect sockperf.loss"]);
    expect((await judged({ total: `${total}3788` })).found).toEqual([]);
    expect((await judged({ dropped: 3 })).text).toContain("3 of 3349 messages were dropped");
  });

  it("doubts a clock by which the test took another time", async () => {
    const total = "RunTime=4.401 sec; Warm up time=400 msec; SentMessages=9; ReceivedMessages=9";
    const { found, text } = await judged({ total }, undefined, 144);
    expect(found).toEqual(["suspect clock.tool"]);
    expect(text).toContain("4.401 s in a test of 4 s");
  });

  it("doubts latencies that do not fill the window", async () => {
    expect((await judged({ averageUs: "450.000" })).found).toEqual(["suspect clock.tool"]);
    const { found, text } = await judged({ averageUs: "600.000" });
    expect(found).toEqual(["suspect clock.tool"]);
    expect(text).toContain("4.019 s of a window of 3.551 s: 13.2 % off");
    expect((await judged({ averageUs: "500.000" })).found).toEqual([]);
    expect((await judge(sockperfPingPong, unseen)).found).toEqual([]);
  });
  const unseen = {
    options: { durationS: 4 },
    texts: { client: { stdout: client({ averageUs: "600.000" }) } },
    counters: { "server nic.lab0.rxBytes": 219_704 },
  };

  it("wants the payload on the data NIC of the server", async () => {
    expect((await judged({}, 3.551, 3787 * 16)).found).toEqual([]);
    expect((await judged({}, 3.551, 3787 * 16 - 1)).found).toEqual(["invalid flow.missing"]);
  });

  it("passes on what sockperf complained about", async () => {
    const words = "sockperf: ERROR: some option is not supported";
    const { found, text } = await judged({ words });
    expect(found).toEqual(["suspect tool.complained"]);
    expect(text).toContain("some option is not supported");
  });

  it("ends the server when the client has ended", async () => {
    const [server, ping] = await processesOf(sockperfPingPong, { durationS: 2 });
    expect(server?.ends).toBe("stopped");
    const line = ping?.argv.join(" ");
    expect(line).toContain("sockperf ping-pong -i 10.77.0.2 -p 20000");
    expect(line).toContain("-m 16 -t 2");
    expect(ping?.after).toEqual(["server"]);
  });
});
