import { describe, expect, test } from "vitest";
import { fixture } from "../../test/support/fixture.js";
import { parseRedirectedIperf3 } from "./redirected-iperf3.js";

describe("iperf3 under the library", () => {
  test("is read without the library's lines, in bits per second", () => {
    const { sockets, report } = parseRedirectedIperf3(fixture("iperf3-dcpim-client.txt"));
    expect(sockets).toBe(2);
    expect(report.received).toMatchObject({ bitsPerS: 61_800_000 });
    expect(report.intervals).toHaveLength(10);
  });

  test("has no retransmissions: the library leaves what was in memory there", () => {
    const { report } = parseRedirectedIperf3(fixture("iperf3-dcpim-client.txt"));
    expect(report).not.toHaveProperty("retransmits");
    expect(parseRedirectedIperf3(fixture("iperf3-tcp-client.txt")).report.retransmits).toBe(1);
  });

  test("without one socket of the library measured TCP", () => {
    expect(parseRedirectedIperf3(fixture("iperf3-tcp-client.txt")).sockets).toBe(0);
  });

  test("prints JSON in which the library's lines are", () => {
    const document = JSON.stringify(
      {
        start: { test_start: { protocol: "TCP", num_streams: 1, duration: 10 } },
        intervals: [],
        end: {
          sum_sent: { start: 0, end: 10, seconds: 10, bytes: 1e9, bits_per_second: 8e8 },
          sum_received: { start: 0, end: 10, seconds: 10, bytes: 1e9, bits_per_second: 8e8 },
        },
      },
      null,
      "\t",
    );
    const [head = "", ...rest] = document.split("\n");
    const noise = "domain: 2,PF_INET:2,  type: 1";
    const text = [noise, head, noise, ...rest].join("\n");
    expect(parseRedirectedIperf3(text)).toMatchObject({
      sockets: 2,
      report: { received: { bitsPerS: 8e8 } },
    });
  });

  test.each(["", "domain: 2,PF_INET:2,  type: 1\n"])("%j is refused", (text) => {
    expect(() => parseRedirectedIperf3(text)).toThrow(/dcpim-iperf3: iperf3 printed nothing/);
  });
});
