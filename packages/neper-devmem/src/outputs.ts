import type { SystemOutput } from "@hoststack/core";
import { neperLogParser } from "./neper/log.js";
import { multiNeperParser } from "./neper/multi-neper.js";
import { neperParser } from "./neper/report.js";
import { neperRttParser } from "./neper/rtt-file.js";
import { neperSamplesParser } from "./neper/samples-file.js";

/** What neper's programs and script leave, by what each begins with. */
export const neperOutputs: readonly SystemOutput[] = [
  { sign: /^VERSION=\d/, tool: "neper", parser: neperParser },
  { sign: /^tid,flow_id,time,/, tool: "neper samples", parser: neperSamplesParser },
  { sign: /^\s*timestamp,?\s+thread_id/, tool: "neper round trips", parser: neperRttParser },
  {
    sign: /^[IWEF]\d{4} [\d:.]+\s+\d+\s+\d+ \w+\.c:\d+\] /m,
    tool: "neper log",
    parser: neperLogParser,
  },
  { sign: /^\[\S+\] Throughput \(Mb\/s\): /m, tool: "multi_neper.py", parser: multiNeperParser },
];
