export { neperBuild } from "./build.js";
// biome-ignore lint/performance/noReExportAll: device memory has a list of its own, which names them once
export * from "./devmem/index.js";
export { iperf3 } from "./experiments/iperf3.js";
export { neperExperiments } from "./experiments/neper.js";
export type {
  LinkReport,
  NeperResult,
  SideReport,
} from "./experiments/result.js";
export { neperGuest } from "./guest.js";
export { neperArgv } from "./neper/argv.js";
export { type NeperLogEntry, neperLogParser } from "./neper/log.js";
export { multiNeperParser, type NicThroughput, nicThroughputLines } from "./neper/multi-neper.js";
export {
  type NeperEnd,
  type NeperOptions,
  type NeperProgram,
  neperFields,
} from "./neper/options.js";
export { neperParser } from "./neper/report.js";
export { type NeperRoundTrip, neperRttParser } from "./neper/rtt-file.js";
export { type NeperSamples, neperSamplesParser } from "./neper/samples-file.js";
export type { NeperReport, NeperResults } from "./neper/shape.js";
export { neperReadiness, neperWindow } from "./neper/window.js";
export { neperDevmem, neperSystem } from "./system.js";
