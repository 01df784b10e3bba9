import { describe, expect, it } from "vitest";
import { judge, processesOf } from "../../test/support/judge.js";
import { sockperfThroughput } from "./sockperf-throughput.js";

interface Figures {
  readonly protocol?: "tcp" | "udp";
  readonly durationS?: string;
  readonly windowS?: number;
  readonly received?: number;
  readonly rxBytes?: number;
  readonly words?: string;
  readonly serverWords?: string;
}

const judged = ({
  protocol = "tcp",
  durationS = "4.013",
  windowS,
  received = 79_890,
  rxBytes = 118_514_210,
  words = "",
  serverWords = "",
}: Figures = {}) =>
  judge(sockperfThroughput, {
    options: { protocol, messageBytes: 1472, durationS: 4 },
    texts: {
      client: {
        stdout: `${words}
sockperf: Total of 79890 messages sent in ${durationS} sec
sockperf: Summary: Message Rate is 19908 [msg/sec]
sockperf: Summary: BandWidth is 27.947 MBps (223.580 Mbps)
`,
      },
      server: {
        stdout: `${serverWords}\nsockperf: Total ${received} messages received and handled`,
      },
    },
    counters: { "server nic.lab0.rxBytes": rxBytes },
    windowS,
  });

describe("sockperf throughput", () => {
  it("finds nothing in a good run and counts what arrived", async () => {
    const { found, samples } = await judged();
    expect(found).toEqual([]);
    expect(samples[0]).toMatchObject({ metric: "goodput", unit: "bit/s" });
    expect(samples[0]?.value).toBeCloseTo(27.947 * 2 ** 20 * 8, 0);
  });

  it("lowers the goodput by what did not arrive, and says so", async () => {
    const { found, result } = await judged({ protocol: "udp", received: 39_945 });
    expect(found).toEqual(["suspect sockperf.loss"]);
    expect(result.throughputGbps).toBeCloseTo((27.947 * 2 ** 20 * 8) / 2e9, 9);
  });

  it.each([
    ["4.079", []],
    ["3.921", []],
    ["4.081", ["suspect clock.tool"]],
    ["2.100", ["suspect clock.tool"]],
  ])("compares its own duration of %s s with that of the test", async (durationS, expected) => {
    expect((await judged({ durationS })).found).toEqual(expected);
  });

  it("tells a test that ended late from a wrong clock", async () => {
    expect((await judged({ durationS: "4.107", windowS: 4.098 })).found).toEqual([]);
    const { found, text } = await judged({ durationS: "4.400", windowS: 4.01 });
    expect(found).toEqual(["suspect clock.tool"]);
    expect(text).toContain("4.4 s in a test of 4 s, 4.010 s for the controller");
    expect((await judged({ durationS: "3.600", windowS: 3.6 })).found).toHaveLength(1);
  });

  it("wants the payload on the data NIC of the server", async () => {
    expect((await judged({ rxBytes: 79_890 * 1472 })).found).toEqual([]);
    const { found, text } = await judged({ rxBytes: 9_000 });
    expect(found).toEqual(["invalid flow.missing"]);
    expect(text).toContain("lab0 of server received 9000 bytes, but 117598080 bytes");
  });

  it("takes a server without messages for no measurement", async () => {
    expect((await judged({ received: 0 })).found).toEqual(["invalid flow.empty"]);
  });

  it("passes on complaints of both ends", async () => {
    const words = "ERROR: ld.so: object 'libvma.so' from LD_PRELOAD cannot be preloaded: ignored.";
    expect((await judged({ words })).found).toEqual(["suspect tool.complained"]);
    expect((await judged({ serverWords: words })).text).toContain("libvma.so");
  });

  it("names size, time and protocol on both command lines", async () => {
    const [server, client] = await processesOf(sockperfThroughput, { durationS: 3 });
    expect(server?.argv.join(" ")).toContain("sockperf server --tcp -i 10.77.0.2 -p 20000");
    const line = client?.argv.join(" ");
    expect(line).toContain("sockperf throughput --tcp -i 10.77.0.2 -p 20000");
    expect(line).toContain("-m 1472 -t 3");
  });
});
