import { performance } from "node:perf_hooks";
import type { Command } from "../command/command.js";
import { checkCommand, launchedPid, selfContainedLaunchText } from "../command/launch.js";
import { ProcessSet } from "./process-set.js";
import { channelProcess } from "./ssh/channel-process.js";
import { type SshOptions, whereOf } from "./ssh/connect.js";
import { connectionGone, openConnection } from "./ssh/connection.js";
import { giveScript, readUntil } from "./ssh/login.js";
import { type Lease, Sessions } from "./ssh/sessions.js";
import type { StartedProcess } from "./started-process.js";
import type { RunningProcess, StartOptions, Transport } from "./transport.js";

export type { SshOptions } from "./ssh/connect.js";

/**
 * Opens a transport to an SSH server (OpenSSH or dropbear) whose host key is known. The host needs a
 * POSIX `sh`, `head`, `sleep`, `setsid` and `/proc`. A program's exit status and signal are what the
 * server reports of the program itself: no shell stands between. When the connection is lost, the
 * host ends everything that was started over it (SIGTERM, 2 s later SIGKILL).
 *
 * Throws HOST_KEY_REJECTED when the server shows a key that is not pinned, HOST_UNREACHABLE when there
 * is no connection or login, INTERRUPTED when `signal` fires, OPTIONS_INVALID for unreadable keys.
 */
export async function openSshTransport(options: SshOptions): Promise<Transport> {
  const first = await openConnection(options);
  const { signal: _, ...again } = options;
  const where = whereOf(options);
  const sessions = new Sessions(first, { where, connect: () => openConnection(again) });
  return new SshTransport(sessions, where);
}

class SshTransport implements Transport {
  readonly kind = "ssh";
  readonly #sessions: Sessions;
  readonly #where: string;
  readonly #running: ProcessSet;

  constructor(sessions: Sessions, where: string) {
    this.#sessions = sessions;
    this.#where = where;
    this.#running = new ProcessSet(where);
  }

  start(command: Command, options: StartOptions = {}): Promise<RunningProcess> {
    return this.#running.add(() => this.#start(command, options));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // First the commands that wait for a session: nothing else would end their waiting.
    this.#sessions.stop();
    await this.#running.close();
    await this.#sessions.close();
  }

  async #start(command: Command, options: StartOptions): Promise<StartedProcess> {
    checkCommand(command);
    const script = selfContainedLaunchText(command);
    const lease = await this.#sessions.take(options.signal);
    const { session, connection } = lease;
    const startedAt = performance.now();
    // Before the script: whenever the connection ends, the host knows of the group first.
    connection.control.run(session.pid);
    giveScript(session, script);
    try {
      await this.#launched(command, lease);
    } catch (error) {
      connection.control.end(session.pid);
      session.channel.destroy();
      throw error;
    }
    return channelProcess({ command, ...lease, startedAt }, options);
  }

  async #launched(command: Command, { session, connection }: Lease): Promise<void> {
    const report = await readUntil(session.channel, /^[^\n]*\n/).then(
      ([line]) => line,
      (cause: unknown) => {
        if (connection.lost) throw connectionGone(this.#where, cause);
        return String(session.channel.stderr.read() ?? "");
      },
    );
    launchedPid(command, this.#where, report);
  }
}
