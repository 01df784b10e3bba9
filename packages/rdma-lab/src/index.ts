export { ibSendLat } from "./experiments/ib-send-lat.js";
export { iperf3 } from "./experiments/iperf3.js";
export { ibSendBw, ibWriteBw } from "./experiments/perftest-bandwidth.js";
export { sockperfPingPong } from "./experiments/sockperf-ping-pong.js";
export { sockperfThroughput } from "./experiments/sockperf-throughput.js";
export { rdmaGuest } from "./guest.js";
export { rdmaLab } from "./system.js";
