export {
  type ErrorFacts,
  HoststackError,
  isHoststackError,
  type ToolsErrorCode,
} from "./kernel/error.js";
export {
  defineParser,
  type LineReader,
  type Parser,
  type ParserDefinition,
} from "./kernel/parser.js";
export type { MeasuringWindow, Readiness } from "./kernel/readiness.js";
export type { MetricSample, Unit } from "./kernel/sample.js";
