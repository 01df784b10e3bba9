import { describe, expect, it } from "vitest";
import { perftestClientArgv, perftestServerArgv } from "./argv.js";
import type { PerftestOptions } from "./options.js";
import { perftestMeasuredS, perftestReadiness, perftestWindow } from "./window.js";

const full: PerftestOptions = {
  test: "send_bw",
  device: "rxe0",
  gidIndex: 1,
  port: 18_600,
  messageBytes: 1024,
  durationS: 4,
  qpTimeout: 20,
  qpCount: 2,
  txDepth: 16,
  cpuUtil: true,
  reportGbits: true,
};

describe("perftest command lines", () => {
  it("are the same on both sides but for the peer", () => {
    const server = perftestServerArgv(full);
    expect(server.join(" ")).toBe(
      "ib_send_bw -d rxe0 -x 1 -p 18600 -F -u 20 -s 1024 -D 4 -q 2 -t 16 --report_gbits --cpu_util",
    );
    expect(perftestClientArgv(full, "10.0.0.1")).toEqual([...server, "10.0.0.1"]);
  });

  it("write every other option", () => {
    expect(
      perftestServerArgv({
        test: "read_lat",
        useRdmaCm: true,
        iterations: 100,
        events: true,
        histogram: true,
        unsorted: true,
        cycles: true,
        connection: "RC",
        mtuBytes: 4096,
        outstandingReads: 2,
        ignoreCpuFrequency: false,
        jsonPath: "/tmp/r.json",
        extraArgs: ["--ipv6"],
      }).join(" "),
    ).toBe(
      "ib_read_lat -p 18515 -R -c RC -m 4096 -o 2 -n 100 -e -H -U -C --out_json --out_json_file=/tmp/r.json --ipv6",
    );
  });

  it("give atomics no size, since they have no such flag", () => {
    expect(perftestServerArgv({ test: "atomic_bw", messageBytes: 8 })).not.toContain("-s");
  });

  it.each<[string, PerftestOptions]>([
    ["durationS", { test: "send_bw", durationS: 4, iterations: 100 }],
    ["events", { test: "send_lat", durationS: 4, events: true }],
    ["events", { test: "write_bw", events: true }],
    ["allSizes", { test: "send_bw", durationS: 4, allSizes: true }],
    ["messageBytes", { test: "send_bw", messageBytes: 4, allSizes: true }],
    ["messageBytes", { test: "atomic_lat", messageBytes: 16 }],
    ["cpuUtil", { test: "send_bw", cpuUtil: true }],
    ["marginS", { test: "send_bw", durationS: 4, marginS: 2 }],
    ["qpCount", { test: "send_lat", qpCount: 2 }],
    ["bidirectional", { test: "read_lat", bidirectional: true }],
    ["histogram", { test: "read_bw", histogram: true }],
    ["connection", { test: "read_bw", connection: "UC" }],
    ["connection", { test: "write_bw", connection: "UD" }],
    ["inlineBytes", { test: "read_bw", inlineBytes: 64 }],
    ["iterations", { test: "send_bw", iterations: 4 }],
    ["device", { test: "send_bw", device: "-x" }],
  ])("refuse %s as perftest does", (field, options) => {
    expect(() => perftestServerArgv(options)).toThrow(
      expect.objectContaining({
        code: "OPTIONS_INVALID",
        details: expect.objectContaining({ field }),
      }),
    );
  });

  it("refuse an address that would be a flag", () => {
    expect(() => perftestClientArgv(full, "-a")).toThrow("address");
  });
});

describe("perftest windows", () => {
  it.each([
    [1, 0, 1],
    [3, 0, 3],
    [4, 1, 2],
    [5, 1, 3],
    [10, 2, 6],
  ])("of %d s leave out %d s at each end", (durationS, marginS, measuredS) => {
    const options: PerftestOptions = { test: "send_bw", durationS };
    expect(perftestMeasuredS(options)).toBe(measuredS);
    const { opens, closes } = perftestWindow(options);
    expect(opens).toEqual({ line: expect.any(RegExp), delayMs: marginS * 1000 });
    expect(closes).toEqual({ afterMs: measuredS * 1000 });
  });

  it("take a margin of one's own", () => {
    expect(perftestMeasuredS({ test: "send_bw", durationS: 10, marginS: 0 })).toBe(10);
  });

  const header = " #bytes     #iterations    BW peak[MB/sec]    BW average[MB/sec]   MsgRate[Mpps]";
  const row = " 65536      29               0.00               0.60   \t\t   0.000010";

  it("with iterations reach from the header to the row", () => {
    const { opens, closes } = perftestWindow({ test: "send_lat", iterations: 100 });
    expect("line" in opens && opens.line.test(header)).toBe(true);
    expect("line" in closes && closes.line.test(row)).toBe(true);
    expect("line" in closes && closes.line.test("#, usec")).toBe(true);
    expect("line" in closes && closes.line.test(header)).toBe(false);
  });

  it("with all sizes do not end with the first row", () => {
    const { closes } = perftestWindow({ test: "send_bw", allSizes: true });
    expect("line" in closes && closes.line.test(row)).toBe(false);
    expect("line" in closes && closes.line.test("-".repeat(87))).toBe(true);
  });

  it("need a listener, or with rdma_cm the announcing line", () => {
    expect(perftestReadiness({ test: "send_bw", port: 18_600 })).toEqual({
      kind: "listening",
      protocol: "tcp",
      port: 18_600,
    });
    expect(perftestReadiness({ test: "send_bw", useRdmaCm: true }).kind).toBe("output");
  });
});
