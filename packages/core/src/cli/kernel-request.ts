import type { Host } from "../host/host.js";
import { confirmOnTerminal } from "./confirm-on-terminal.js";
import type { KernelHosts } from "./kernel-hosts.js";
import type { Terminal } from "./terminal.js";
import { verboseHosts } from "./verbose.js";

/** What a command below `kernel` was asked for. */
export interface KernelRequest {
  readonly words: readonly string[];
  readonly values: Readonly<Record<string, unknown>>;
  readonly signal: AbortSignal;
  readonly terminal: Terminal;
}

/** The hosts, telling each command that goes to them where that is asked for. */
export function shownHosts(
  { hosts }: KernelHosts,
  { values, terminal }: KernelRequest,
): readonly Host[] {
  if (values["verbose"] !== true) return hosts;
  return verboseHosts(hosts, (line) => terminal.err.line(line));
}

/** Whether it is to be done: said on the command line, or asked on the terminal. Says why where it is not. */
export async function agreed(
  question: string,
  { values, signal, terminal }: KernelRequest,
): Promise<boolean> {
  if (values["yes"] === true) return true;
  const answer = await confirmOnTerminal(question, signal);
  if (answer === true) return true;
  terminal.err.line(
    answer === false ? "nothing was changed" : "nothing was changed: --yes does it",
  );
  return false;
}
