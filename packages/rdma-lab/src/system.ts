import { defineSystem, packageVersion } from "@hoststack/core";
import { ibSendBwParallel } from "./experiments/ib-send-bw-parallel.js";
import { iperf3 } from "./experiments/iperf3.js";
import { orientation } from "./experiments/orientation.js";
import { ibReadBw, ibSendBw, ibWriteBw } from "./experiments/perftest-bandwidth.js";
import { ibReadLat, ibSendLat } from "./experiments/perftest-latency.js";
import { sockperfPingPong } from "./experiments/sockperf-ping-pong.js";
import { sockperfThroughput } from "./experiments/sockperf-throughput.js";
import { rdmaGuest } from "./guest.js";
import { rdmaSetup } from "./setup.js";
import { messageSizes, multiCore, quickstart, slowClock } from "./suites.js";

/** The RDMA lab: what its command line and library offer. */
export const rdmaLab = defineSystem({
  name: "rdma-lab",
  version: packageVersion(import.meta.url),
  summary: "sockets against RoCE, measured with sockperf, perftest and iperf3",
  experiments: {
    orientation,
    "sockperf-throughput": sockperfThroughput,
    "sockperf-ping-pong": sockperfPingPong,
    "ib-send-bw": ibSendBw,
    "ib-write-bw": ibWriteBw,
    "ib-read-bw": ibReadBw,
    "ib-send-bw-parallel": ibSendBwParallel,
    "ib-send-lat": ibSendLat,
    "ib-read-lat": ibReadLat,
    iperf3,
  },
  suites: {
    quickstart,
    "message-sizes": messageSizes,
    "multi-core": multiCore,
    "slow-clock": slowClock,
  },
  setup: rdmaSetup,
  guest: rdmaGuest,
});
