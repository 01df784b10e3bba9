import { describe, expect, it } from "vitest";
import { checked, judge, processesOf } from "../../test/support/judge.js";
import { iperf3 } from "./iperf3.js";

interface Figures {
  readonly protocol?: "tcp" | "udp";
  readonly lost?: number;
  /** Bits per second of each second. */
  readonly intervals?: readonly number[];
  readonly lastEndS?: number;
  readonly omitted?: boolean;
  readonly received?: number;
  readonly rxBytes?: number;
}

const report = ({
  protocol = "tcp",
  lost = 0,
  intervals = [8e6, 8e6, 8e6, 8e6],
  lastEndS = intervals.length,
  omitted = false,
  received = 4_000_000,
}: Figures) => {
  const sum = { seconds: 4, bytes: 4_000_000, bits_per_second: 8e6 };
  const end = { seconds: 4, bytes: received, bits_per_second: received * 2 };
  const datagrams = { packets: 4000, lost_packets: lost, jitter_ms: 0.1 };
  return JSON.stringify({
    start: { version: "iperf 3.12", test_start: { protocol, num_streams: 1 } },
    intervals: intervals.map((rate, index) => ({
      sum: {
        start: index,
        end: index === intervals.length - 1 ? lastEndS : index + 1,
        bits_per_second: rate,
        omitted: omitted && rate === 0,
      },
    })),
    end: {
      sum_sent: sum,
      sum_received: protocol === "udp" ? { ...end, ...datagrams } : end,
    },
  });
};

const judged = (figures: Figures = {}) =>
  judge(iperf3, {
    options: { protocol: figures.protocol ?? "tcp", durationS: 4 },
    texts: { client: { stdout: report(figures) } },
    counters: { "server nic.lab0.rxBytes": figures.rxBytes ?? 4_200_000 },
  });

const titled = async (options: unknown) => iperf3.title((await checked(iperf3, options)) as never);

describe("iperf3", () => {
  it("finds nothing in a good run and gives the receiver's goodput", async () => {
    const { found, result, samples } = await judged();
    expect(found).toEqual([]);
    expect(result.throughputGbps).toBe(0.008);
    expect(samples[0]).toMatchObject({ metric: "goodput", value: 8e6, unit: "bit/s" });
  });

  it("names the rate it was held to, also iperf3's own for UDP", async () => {
    expect(await titled({})).toBe("iperf3 TCP goodput, 1 stream");
    expect(await titled({ protocol: "udp" })).toBe(
      "iperf3 UDP goodput at 1 Mbit/s per stream, 1 stream",
    );
    expect(await titled({ protocol: "udp", mbitPerS: 20.5, parallel: 2 })).toBe(
      "iperf3 UDP goodput at 20.5 Mbit/s per stream, 2 streams",
    );
    expect(await titled({ mbitPerS: 100 })).toContain("TCP goodput at 100 Mbit/s per stream");
  });

  it("tells how many intervals carried nothing", async () => {
    const { found, text } = await judged({ intervals: [8e6, 0, 0, 8e6] });
    expect(found).toEqual(["suspect flow.stalled"]);
    expect(text).toContain("2 of 4 intervals");
  });

  it("lets omitted intervals and a short last one be empty", async () => {
    expect((await judged({ intervals: [0, 8e6, 8e6], omitted: true })).found).toEqual([]);
    expect((await judged({ intervals: [8e6, 8e6, 0], lastEndS: 2.04 })).found).toEqual([]);
  });

  it("tells lost datagrams", async () => {
    expect((await judged({ protocol: "udp", lost: 4 })).found).toEqual([]);
    expect((await judged({ protocol: "udp", lost: 5 })).found).toEqual(["suspect udp.loss"]);
  });

  it("wants the payload on the data NIC of the server", async () => {
    expect((await judged({ rxBytes: 4_000_000 })).found).toEqual([]);
    expect((await judged({ rxBytes: 3_999_999 })).found).toEqual(["invalid flow.missing"]);
  });

  it("takes a receiver without bytes for no measurement", async () => {
    const { found, result } = await judged({ received: 0 });
    expect(found).toEqual(["invalid flow.empty"]);
    expect(result).not.toHaveProperty("throughputGbps");
  });

  it("hands the rate to the client only when one was asked for", async () => {
    const [, client] = await processesOf(iperf3, { protocol: "udp", mbitPerS: 20 });
    expect(client?.argv.join(" ")).toContain("-b 20000000");
    const [, unlimited] = await processesOf(iperf3, {});
    expect(unlimited?.argv).not.toContain("-b");
  });
});
