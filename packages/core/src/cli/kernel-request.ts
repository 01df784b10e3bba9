import type { Host } from "../host/host.js";
import type { System } from "../system/system.js";
import { confirmOnTerminal } from "./confirm-on-terminal.js";
import type { KernelHosts } from "./kernel-hosts.js";
import type { Terminal } from "./terminal.js";
import { verboseHosts } from "./verbose.js";

/** What a command below `kernel` was asked for. */
export interface KernelRequest {
  readonly system: System;
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

/** Whether it is to be done: said on the command line, or asked on the terminal. Throws OPTIONS_INVALID without one. */
export async function agreed(
  question: string,
  { values, signal, terminal }: KernelRequest,
): Promise<boolean> {
  if (values["yes"] === true) return true;
  const agreed = await confirmOnTerminal(question, signal);
  if (!agreed) terminal.err.line("nothing was changed");
  return agreed;
}
