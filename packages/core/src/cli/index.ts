export { runCli } from "./run-cli.js";
export type { Channel, Style, Terminal } from "./terminal.js";
