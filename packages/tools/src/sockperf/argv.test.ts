import { describe, expect, it } from "vitest";
import {
  sockperfPingPongArgv,
  sockperfServerArgv,
  sockperfThroughputArgv,
  sockperfUnderLoadArgv,
} from "./argv.js";
import { sockperfReadiness, sockperfWindow } from "./window.js";

describe("sockperf command lines", () => {
  it("name protocol, address and port of the server", () => {
    expect(sockperfServerArgv({ protocol: "tcp", address: "10.0.0.1" }).join(" ")).toBe(
      "sockperf server --tcp -i 10.0.0.1 -p 11111",
    );
    expect(
      sockperfServerArgv({ port: 12_000, cpuAffinity: "2,3", gapDetection: true }).join(" "),
    ).toBe("sockperf server -p 12000 --cpu-affinity 2,3 -g");
  });

  it("name size, time and rate of the clients", () => {
    expect(
      sockperfThroughputArgv({
        address: "10.0.0.1",
        messageBytes: 1472,
        durationS: 10,
        mps: "max",
        extraArgs: ["--set-sock-accl"],
      }).join(" "),
    ).toBe("sockperf throughput -i 10.0.0.1 -p 11111 -m 1472 -t 10 --mps max --set-sock-accl");
    expect(
      sockperfPingPongArgv({ address: "h", fullRtt: true, fullLogPath: "/tmp/a.csv" }).join(" "),
    ).toBe("sockperf ping-pong -i h -p 11111 -m 14 -t 1 --full-rtt --full-log /tmp/a.csv");
    expect(sockperfUnderLoadArgv({ address: "h", mps: 1000, replyEvery: 10 }).join(" ")).toBe(
      "sockperf under-load -i h -p 11111 -m 14 -t 1 --mps 1000 --reply-every 10",
    );
  });

  it.each([
    ["messageBytes", { messageBytes: 13 }],
    ["messageBytes", { messageBytes: 65_508 }],
    ["durationS", { durationS: 0.5 }],
    ["port", { port: 0 }],
    ["address", { address: "--daemonize" }],
    ["", { replyEvery: 3 }],
  ])("refuse a bad %s", (field, options) => {
    expect(() => sockperfThroughputArgv({ address: "h", ...options })).toThrow(
      expect.objectContaining({
        code: "OPTIONS_INVALID",
        details: expect.objectContaining({ field }),
      }),
    );
  });

  it("allow a large message with TCP only", () => {
    expect(
      sockperfThroughputArgv({ address: "h", protocol: "tcp", messageBytes: 65_508 }),
    ).toContain("65508");
  });
});

describe("sockperf windows", () => {
  const live = [
    "sockperf: Warmup stage (sending a few dummy messages)...",
    "sockperf: Starting test...",
  ];

  it("open at the start line, not at the warm-up", () => {
    const { opens } = sockperfWindow("throughput");
    expect(live.map((line) => "line" in opens && opens.line.test(line))).toEqual([false, true]);
    expect(opens).toMatchObject({ delayMs: 0 });
  });

  it("leave out what latency tests leave out", () => {
    const { opens, closes } = sockperfWindow("ping-pong", { durationS: 5 });
    expect(opens).toMatchObject({ delayMs: 400 });
    expect(closes).toEqual({ line: expect.any(RegExp), delayMs: -50 });
    expect("line" in closes && closes.line.test("sockperf: Test end (interrupted by timer)")).toBe(
      true,
    );
    expect("line" in closes && closes.line.test("sockperf: Test ended")).toBe(false);
  });

  it("wait for the socket of the server", () => {
    expect(sockperfReadiness({ protocol: "tcp", port: 12 })).toEqual({
      kind: "listening",
      protocol: "tcp",
      port: 12,
    });
    expect(sockperfReadiness({})).toEqual({ kind: "listening", protocol: "udp", port: 11_111 });
  });
});
