import type { Command } from "../command/command.js";
import { launchText } from "../command/launch.js";
import { startChild } from "./child-process.js";
import { textDiesWithOwner } from "./owned.js";
import { ProcessSet } from "./process-set.js";
import type { RunningProcess, StartOptions, Transport } from "./transport.js";

/**
 * Opens a transport to this machine. Every command gets a process group of its own and its program is
 * killed by the kernel when this process dies, even by SIGKILL (what that program started is not).
 * Needs `setpriv` and `sh`.
 */
export function openLocalTransport(): Transport {
  return new LocalTransport();
}

class LocalTransport implements Transport {
  readonly kind = "local";
  readonly #running = new ProcessSet("this machine");

  start(command: Command, options: StartOptions = {}): Promise<RunningProcess> {
    const argv = textDiesWithOwner(launchText(command, 3), command.argv);
    const where = "this machine";
    return this.#running.add(() => startChild({ command, argv, where }, options));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#running.close();
  }
}
