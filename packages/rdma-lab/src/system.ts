import { defineSystem, packageVersion } from "@hoststack/core";
import { ibSendLat } from "./experiments/ib-send-lat.js";
import { iperf3 } from "./experiments/iperf3.js";
import { ibSendBw, ibWriteBw } from "./experiments/perftest-bandwidth.js";
import { sockperfPingPong } from "./experiments/sockperf-ping-pong.js";
import { sockperfThroughput } from "./experiments/sockperf-throughput.js";
import { rdmaGuest } from "./guest.js";
import { quickstart } from "./suites.js";

/** The RDMA lab: what its command line and library offer. */
export const rdmaLab = defineSystem({
  name: "rdma-lab",
  version: packageVersion(import.meta.url),
  summary: "sockets against RoCE, measured with sockperf, perftest and iperf3",
  experiments: {
    "sockperf-throughput": sockperfThroughput,
    "sockperf-ping-pong": sockperfPingPong,
    "ib-send-bw": ibSendBw,
    "ib-write-bw": ibWriteBw,
    "ib-send-lat": ibSendLat,
    iperf3,
  },
  suites: { quickstart },
  guest: rdmaGuest,
});
