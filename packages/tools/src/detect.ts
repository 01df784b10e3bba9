import { bypassReportParser } from "./bypass/report.js";
import { ethtoolCoalescingParser } from "./ethtool/coalescing.js";
import { ethtoolDriverParser } from "./ethtool/driver.js";
import { ethtoolFeaturesParser } from "./ethtool/features.js";
import { ethtoolFlowRulesParser } from "./ethtool/flow-rules.js";
import { ethtoolParser } from "./ethtool/settings.js";
import { ethtoolStatisticsParser } from "./ethtool/statistics.js";
import { ethtoolPauseParser, ethtoolPrivateFlagsParser } from "./ethtool/switches.js";
import { ethtoolChannelsParser, ethtoolRingsParser } from "./ethtool/two-sections.js";
import { ipAddressParser, ipLinkParser } from "./ip/ip.js";
import { iperf3JsonParser } from "./iperf3/json.js";
import { iperf3TextParser } from "./iperf3/text.js";
import type { Parser } from "./kernel/parser.js";
import { stripAnsi } from "./kernel/text.js";
import { lscpuParser } from "./lscpu/lscpu.js";
import { lscpuTopologyParser } from "./lscpu/topology.js";
import { perftestBandwidthParser } from "./perftest/bandwidth.js";
import { perftestLatencyParser } from "./perftest/latency.js";
import { pingParser } from "./ping/ping.js";
import { procNetDevParser } from "./proc/net-dev.js";
import { procNetSnmpParser } from "./proc/net-snmp.js";
import { procStatParser } from "./proc/stat.js";
import { procLoadavgParser, procUptimeParser } from "./proc/uptime.js";
import { ibvDevinfoParser } from "./rdma/devinfo.js";
import {
  rdmaDeviceParser,
  rdmaLinkParser,
  rdmaResourceParser,
  rdmaStatisticParser,
} from "./rdma/rdma.js";
import { sockperfFullLogParser } from "./sockperf/full-log.js";
import { sockperfLatencyParser } from "./sockperf/latency.js";
import { sockperfServerParser } from "./sockperf/server.js";
import { sockperfThroughputParser } from "./sockperf/throughput.js";

/** Which tool wrote a text and the parser that reads it. */
export interface Detected {
  readonly tool: string;
  readonly parser: Parser<unknown>;
}

/** First match wins, so the special stands before the general. */
const signs: readonly (readonly [RegExp, string, Parser<unknown>])[] = [
  [/^bypass: asked for /m, "bypass library", bypassReportParser],
  [/^\s*(?:-{20,}\s+test was performed using|packet, txTime)/, "sockperf", sockperfFullLogParser],
  [/sockperf: \[SERVER\]/, "sockperf", sockperfServerParser],
  [/Summary: Message Rate|messages sent in \S+ sec/, "sockperf", sockperfThroughputParser],
  [/^sockperf.*to block on socket|\[Total Run\] RunTime/m, "sockperf", sockperfLatencyParser],
  [/^sockperf\[CLIENT\]/m, "sockperf", sockperfThroughputParser],
  [/^sockperf: /m, "sockperf", sockperfLatencyParser],
  [/^\s{5,}\S.* BW .*Test\s*$|^\s*#bytes\s.*BW average/m, "perftest", perftestBandwidthParser],
  [
    /^\s{5,}\S.* Latency .*Test\s*$|^\s*#bytes\s.*t_(?:avg|min)\[/m,
    "perftest",
    perftestLatencyParser,
  ],
  [/"?test_info"?:[\s\S]*?BW_/, "perftest", perftestBandwidthParser],
  [/"?test_info"?:[\s\S]*?Latency_/, "perftest", perftestLatencyParser],
  [/^\s*\{\s*"(?:start"\s*:\s*\{\s*"connected"|event"\s*:)/, "iperf3", iperf3JsonParser],
  [/^\s*\{\s*"lscpu"\s*:/, "lscpu", lscpuParser],
  [/^# CPU,Core,Socket,/m, "lscpu", lscpuTopologyParser],
  [/^\s*\[\s*(?:\{\},\s*)*\{[^}]*"addr_info"\s*:/m, "ip", ipAddressParser],
  [/^\s*\[\s*(?:\{\},\s*)*\{[^}]*"node_type"\s*:/m, "rdma", rdmaDeviceParser],
  [/^\s*\[\s*(?:\{\},\s*)*\{[^}]*"state"\s*:[^}]*"physical_state"\s*:/m, "rdma", rdmaLinkParser],
  [/^\s*\[\s*(?:\{\},\s*)*\{[^}]*"pd"\s*:\s*\d[^}]*"qp"\s*:/m, "rdma", rdmaResourceParser],
  [/^\s*\[\s*(?:\{\},\s*)*\{[^}]*"ifname"\s*:[^}]*"port"\s*:\s*\d/m, "rdma", rdmaStatisticParser],
  [/^\s*\[\s*(?:\{\},\s*)*\{[^}]*"ifindex"\s*:[^}]*"flags"\s*:/m, "ip", ipLinkParser],
  [/^\[ ID\](?:\[Role\])? Interval\s+Transfer/m, "iperf3", iperf3TextParser],
  [
    /^iperf3: |^(?:Server listening on \d+|Connecting to host .*, port \d+)/m,
    "iperf3",
    iperf3TextParser,
  ],
  [/^hca_id:\t|^No IB devices found/m, "ibv_devinfo", ibvDevinfoParser],
  [/^PING \S+ \(/m, "ping", pingParser],
  [/^Settings for \S+:/m, "ethtool", ethtoolParser],
  [/^Features for \S+:/m, "ethtool", ethtoolFeaturesParser],
  [/^Ring parameters for \S+:/m, "ethtool", ethtoolRingsParser],
  [/^Channel parameters for \S+:/m, "ethtool", ethtoolChannelsParser],
  [/^Coalesce parameters for \S+:/m, "ethtool", ethtoolCoalescingParser],
  [/^Pause parameters for \S+:/m, "ethtool", ethtoolPauseParser],
  [/^Private flags for \S+:/m, "ethtool", ethtoolPrivateFlagsParser],
  [/^\d+ RX rings available/m, "ethtool", ethtoolFlowRulesParser],
  [/^NIC statistics:/m, "ethtool", ethtoolStatisticsParser],
  [/^driver: \S+[\s\S]*^bus-info:/m, "ethtool", ethtoolDriverParser],
  [/^cpu {2}\d+ /m, "/proc/stat", procStatParser],
  [/^Inter-\|\s+Receive/m, "/proc/net/dev", procNetDevParser],
  [/^(?:Ip|TcpExt): \w/m, "/proc/net/snmp", procNetSnmpParser],
  [/^\d+\.\d{2} \d+\.\d{2}\s*$/, "/proc/uptime", procUptimeParser],
  [/^\d+\.\d{2} \d+\.\d{2} \d+\.\d{2} \d+\/\d+ \d+\s*$/, "/proc/loadavg", procLoadavgParser],
];

/**
 * Finds the parser for a text by its beginning; a few kilobytes suffice. A failed run of a known
 * tool is found too, so that its parser can say what the tool complained about.
 */
export function detectParser(head: string): Detected | undefined {
  const text = stripAnsi(head);
  const sign = signs.find(([pattern]) => pattern.test(text));
  return sign && { tool: sign[1], parser: sign[2] };
}
