export { type BypassLibrary, bypassArgv, bypassLibraries } from "./bypass/argv.js";
export { type BypassReport, bypassRefusal, bypassReportParser } from "./bypass/report.js";
export { type Detected, detectParser } from "./detect.js";
export { type EthtoolCoalescing, ethtoolCoalescingParser } from "./ethtool/coalescing.js";
export { type EthtoolDriver, ethtoolDriverParser } from "./ethtool/driver.js";
export { type EthtoolFeatures, ethtoolFeaturesParser } from "./ethtool/features.js";
export { type EthtoolFlowRules, ethtoolFlowRulesParser } from "./ethtool/flow-rules.js";
export { type Ethtool, ethtoolParser } from "./ethtool/settings.js";
export { type EthtoolStatistics, ethtoolStatisticsParser } from "./ethtool/statistics.js";
export {
  type EthtoolSwitches,
  ethtoolPauseParser,
  ethtoolPrivateFlagsParser,
} from "./ethtool/switches.js";
export {
  type EthtoolSections,
  ethtoolChannelsParser,
  ethtoolRingsParser,
} from "./ethtool/two-sections.js";
export { type IpAddress, type IpLink, ipAddressParser, ipLinkParser } from "./ip/ip.js";
export {
  iperf3ClientArgv,
  iperf3Readiness,
  iperf3ServerArgv,
  iperf3Window,
} from "./iperf3/argv.js";
export { iperf3JsonParser } from "./iperf3/json.js";
export {
  type Iperf3ClientOptions,
  type Iperf3ServerOptions,
  iperf3ClientOptions,
  iperf3ServerOptions,
} from "./iperf3/options.js";
export type { Iperf3Result, Iperf3Transfer } from "./iperf3/result.js";
export { iperf3Samples } from "./iperf3/samples.js";
export { iperf3TextParser } from "./iperf3/text.js";
export {
  type ErrorFacts,
  HoststackError,
  isHoststackError,
  type ToolsErrorCode,
} from "./kernel/error.js";
export { formatSi, type SiScale, siScale } from "./kernel/format.js";
export { checkOptions } from "./kernel/options.js";
export {
  defineParser,
  type LineReader,
  type Parser,
  type ParserDefinition,
} from "./kernel/parser.js";
export type { MeasuringWindow, Readiness } from "./kernel/readiness.js";
export type { MetricSample, Unit } from "./kernel/sample.js";
export { parseFailure, readFiniteNumber, readNumber } from "./kernel/text.js";
export {
  bitsOfBytes,
  bytesOfBits,
  bytesPerMib,
  fromSi,
  type ToolUnit,
  toolUnits,
  toSi,
} from "./kernel/units.js";
export { type Lscpu, lscpuParser } from "./lscpu/lscpu.js";
export { type LscpuTopology, lscpuTopologyParser } from "./lscpu/topology.js";
export { perftestClientArgv, perftestServerArgv } from "./perftest/argv.js";
export {
  type PerftestBandwidth,
  type PerftestBandwidthRow,
  perftestBandwidthParser,
} from "./perftest/bandwidth.js";
export {
  type PerftestLatency,
  type PerftestLatencyRow,
  perftestLatencyParser,
} from "./perftest/latency.js";
export {
  type PerftestOptions,
  type PerftestTest,
  perftestOptions,
  perftestTests,
} from "./perftest/options.js";
export { type PerftestSampleOptions, perftestSamples } from "./perftest/samples.js";
export { perftestMeasuredS, perftestReadiness, perftestWindow } from "./perftest/window.js";
export { perftestComplaints, workCompletionStatus } from "./perftest/words.js";
export {
  type Ping,
  type PingOptions,
  pingArgv,
  pingParser,
  pingSamples,
  pingWindow,
} from "./ping/ping.js";
export { type ProcNetDev, procNetDevParser } from "./proc/net-dev.js";
export { type ProcNetSnmp, procNetSnmpParser } from "./proc/net-snmp.js";
export { type CpuTicks, type ProcStat, procStatParser } from "./proc/stat.js";
export {
  type ProcLoadavg,
  type ProcUptime,
  procLoadavgParser,
  procUptimeParser,
} from "./proc/uptime.js";
export { type IbvDevice, ibvDevinfoParser } from "./rdma/devinfo.js";
export {
  type RdmaDevice,
  type RdmaLink,
  type RdmaResource,
  type RdmaStatistic,
  rdmaDeviceParser,
  rdmaLinkParser,
  rdmaResourceParser,
  rdmaStatisticParser,
} from "./rdma/rdma.js";
export {
  sockperfPingPongArgv,
  sockperfServerArgv,
  sockperfThroughputArgv,
  sockperfUnderLoadArgv,
} from "./sockperf/argv.js";
export { type SockperfFullLog, sockperfFullLogParser } from "./sockperf/full-log.js";
export { type SockperfLatency, sockperfLatencyParser } from "./sockperf/latency.js";
export {
  type SockperfPingPongOptions,
  type SockperfServerOptions,
  type SockperfThroughputOptions,
  type SockperfUnderLoadOptions,
  sockperfPingPongOptions,
  sockperfServerOptions,
  sockperfThroughputOptions,
  sockperfUnderLoadOptions,
} from "./sockperf/options.js";
export {
  sockperfLatencySamples,
  sockperfServerSamples,
  sockperfThroughputSamples,
} from "./sockperf/samples.js";
export { type SockperfServer, sockperfServerParser } from "./sockperf/server.js";
export { type SockperfThroughput, sockperfThroughputParser } from "./sockperf/throughput.js";
export { type SockperfKind, sockperfReadiness, sockperfWindow } from "./sockperf/window.js";
