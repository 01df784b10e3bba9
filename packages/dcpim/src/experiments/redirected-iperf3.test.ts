import { describe, expect, test } from "vitest";
import { fixture } from "../../test/support/fixture.js";
import { contextOf } from "../../test/support/host.js";
import { emulatedGuestKnobs } from "../module/knobs.js";
import { parseRedirectedIperf3 } from "../outputs/redirected-iperf3.js";
import { iperf3Findings, redirectedIperf3 } from "./redirected-iperf3.js";

const processesOver = (protocol: "dcpim" | "tcp") => {
  const { matchingCpu, bandwidthGbps, controlRttUs, rttUs } = emulatedGuestKnobs;
  const options = { protocol, durationS: 10, lengthBytes: 1_048_576, matchingCpu } as const;
  return redirectedIperf3.processes(
    contextOf(
      {
        ...options,
        ...({ profile: "none", perf: false, bandwidthGbps, controlRttUs, rttUs } as const),
      },
      2,
    ),
  );
};

test("iperf3 has the same command lines over both protocols, and the library over dcPIM alone", () => {
  const [tcp, dcpim] = [processesOver("tcp"), processesOver("dcpim")];
  expect(dcpim.map(({ argv }) => argv.join(" "))).toEqual([
    "taskset -c 0 iperf3 -s -1 -p 12000 -B 10.77.0.2",
    "taskset -c 0 iperf3 -c 10.77.0.2 -p 12000 -t 10 -J -B 10.77.0.1 --cport 12000 -l 1048576",
  ]);
  expect(tcp.map(({ argv }) => argv)).toEqual(dcpim.map(({ argv }) => argv));
  expect(tcp.flatMap(({ preloads }) => preloads)).toEqual([]);
  expect(dcpim.map(({ preloads }) => preloads)).toEqual([
    ["/b/socket_wrapper.so"],
    ["/b/socket_wrapper.so"],
  ]);
});

describe("a run of iperf3", () => {
  const dcpim = parseRedirectedIperf3(fixture("iperf3-dcpim-client.txt"));
  const tcp = parseRedirectedIperf3(fixture("iperf3-tcp-client.txt"));

  test("over what it says has nothing against it", () => {
    expect(iperf3Findings(dcpim, "dcpim")).toEqual([]);
    expect(iperf3Findings(tcp, "tcp")).toEqual([]);
  });

  test("whose sockets were not given to dcPIM measured TCP, and is invalid by name", () => {
    expect(iperf3Findings(tcp, "dcpim")).toEqual([
      {
        ...{ state: "invalid", rule: "redirect.inactive" },
        text: "0 sockets of the client went to dcPIM, not 2",
      },
    ]);
    expect(iperf3Findings(dcpim, "tcp")).toMatchObject([{ rule: "redirect.inactive" }]);
  });

  test("that carried nothing is invalid; an interval without a byte is a stall", () => {
    const received = { bytes: 0, durationS: 10, bitsPerS: 0 };
    const empty = { ...dcpim, report: { ...dcpim.report, received } };
    expect(iperf3Findings(empty, "dcpim")).toMatchObject([
      { state: "invalid", rule: "flow.empty" },
    ]);
    const intervals = dcpim.report.intervals.map((one, index) =>
      index === 3 ? { ...one, bitsPerS: 0 } : one,
    );
    const stalled = { ...dcpim, report: { ...dcpim.report, intervals } };
    expect(iperf3Findings(stalled, "dcpim")).toMatchObject([
      { state: "suspect", rule: "flow.stalled" },
    ]);
  });
});
