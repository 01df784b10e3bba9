import { describe, expect, it } from "vitest";
import { iperf3ClientArgv, iperf3Readiness, iperf3ServerArgv, iperf3Window } from "./argv.js";

describe("iperf3 command lines", () => {
  it("serve one client and report as JSON unless told otherwise", () => {
    expect(iperf3ServerArgv().join(" ")).toBe("iperf3 -s -1 -p 5201 -J");
    expect(iperf3ServerArgv({ oneOff: false, json: false, port: 6000 }).join(" ")).toBe(
      "iperf3 -s -p 6000",
    );
  });

  it("carry every option of the client", () => {
    expect(
      iperf3ClientArgv({
        address: "10.0.0.1",
        durationS: 5,
        omitS: 1,
        parallel: 2,
        bitsPerS: 0,
        reverse: true,
        lengthBytes: 131_072,
        zeroCopy: true,
        congestion: "cubic",
        affinity: "0,1",
      }).join(" "),
    ).toBe("iperf3 -c 10.0.0.1 -p 5201 -t 5 -O 1 -P 2 -b 0 -R -J -l 131072 -Z -C cubic -A 0,1");
    expect(iperf3ClientArgv({ address: "h", protocol: "udp", bitsPerS: 1e7 }).join(" ")).toBe(
      "iperf3 -c h -p 5201 -u -t 10 -b 10000000 -J",
    );
  });

  it.each([
    ["bidirectional", { reverse: true, bidirectional: true }],
    ["protocol", { protocol: "udp", congestion: "cubic" }],
    ["lengthBytes", { protocol: "udp", lengthBytes: 70_000 }],
    ["durationS", { durationS: 0 }],
    ["parallel", { parallel: 129 }],
  ] as const)("refuse a bad %s", (field, options) => {
    expect(() => iperf3ClientArgv({ address: "h", ...options })).toThrow(
      expect.objectContaining({
        code: "OPTIONS_INVALID",
        details: expect.objectContaining({ field }),
      }),
    );
  });
});

describe("iperf3 windows", () => {
  it("are told backwards from the report with JSON, which is printed at the end", () => {
    const { opens, closes } = iperf3Window({ address: "h", durationS: 5 });
    expect(opens).toEqual({ beforeCloseMs: 5000 });
    expect("line" in closes && closes.line.test("{")).toBe(true);
  });

  it("begin after the omitted seconds in text", () => {
    const { opens, closes } = iperf3Window({ address: "h", json: false, omitS: 2, durationS: 5 });
    expect(opens).toEqual({ line: expect.any(RegExp), delayMs: 2000 });
    expect(closes).toEqual({ afterMs: 5000 });
    const line = "[  5] local 127.0.0.1 port 36278 connected to 127.0.0.1 port 5303";
    expect("line" in opens && opens.line.test(line)).toBe(true);
  });

  it("wait for the control socket, which is TCP for UDP tests too", () => {
    expect(iperf3Readiness()).toEqual({ kind: "listening", protocol: "tcp", port: 5201 });
  });
});
