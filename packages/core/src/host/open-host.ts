import type { Command, CommandResult } from "../command/command.js";
import type { Host, Machine, RunOptions } from "./host.js";
import { readHostFile, writeHostFile } from "./host-file.js";
import { runCommand } from "./run-command.js";
import { ShellPool } from "./shell/shell-pool.js";
import type { StartOptions, Transport } from "./transport.js";

/** What makes a host: a name in messages, the machine it is part of, and a way to reach it. */
export interface HostParts {
  readonly name: string;
  readonly machine: Machine;
  /** Disposed with the host. */
  readonly transport: Transport;
}

/** Makes a host of a transport: all it does derives from the transport's `start`. */
export function openHost({ name, machine, transport }: HostParts): Host {
  const run = (command: Command, options: RunOptions = {}): Promise<CommandResult> =>
    runCommand({ name, transport, command }, options);
  const shells = new ShellPool({ name, transport });
  return {
    name,
    machine,
    transport,
    start: (command: Command, options?: StartOptions) => transport.start(command, options),
    run,
    batch: (commands, options) => shells.batch(commands, options),
    readFile: (path) => readHostFile({ name, transport }, path),
    writeFile: (path, content, mode = 0o644) => writeHostFile(run, { path, content, mode }),
    [Symbol.asyncDispose]: () => {
      shells.close();
      return transport[Symbol.asyncDispose]();
    },
  };
}
