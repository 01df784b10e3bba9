export type { Command, CommandResult, ProcessExit } from "./command/command.js";
export { quoteArgv, quoteWord, shellText } from "./command/quote.js";
export { type ErrorCode, errorCatalogue, exitCodes } from "./errors/catalogue.js";
export { exitCodeOf, hoststackError } from "./errors/error.js";
export type { Host, Machine, RunOptions } from "./host/host.js";
export type { RunningProcess, StartOptions, Transport } from "./host/transport.js";
export type {
  Capability,
  Evidence,
  Link,
  LinkEnd,
  Progress,
  Testbed,
} from "./testbed/testbed.js";
