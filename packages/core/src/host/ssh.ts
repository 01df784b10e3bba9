import { performance } from "node:perf_hooks";
import type { Command } from "../command/command.js";
import { launchError, launchReport, selfContainedLaunchText } from "../command/launch.js";
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
  return new SshTransport(new Sessions(first, () => openConnection(again)), whereOf(options));
}

class SshTransport implements Transport {
  readonly kind = "ssh";
  readonly #sessions: Sessions;
  readonly #where: string;
  readonly #running = new Set<StartedProcess>();
  #disposed = false;

  constructor(sessions: Sessions, where: string) {
    this.#sessions = sessions;
    this.#where = where;
  }

  async start(command: Command, options: StartOptions = {}): Promise<RunningProcess> {
    const script = selfContainedLaunchText(command);
    this.#checkOpen();
    const lease = await this.#sessions.take();
    if (this.#disposed) lease.session.channel.destroy();
    this.#checkOpen();
    const startedAt = performance.now();
    // Before the script: whenever the connection ends, the host knows of the group first.
    lease.connection.control.run(lease.session.pid);
    giveScript(lease.session, script);
    await this.#launched(command, lease);
    const process = channelProcess({ command, ...lease, startedAt }, options);
    this.#running.add(process);
    void process.exit.then(() => this.#running.delete(process));
    return process;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed = true;
    await Promise.all([...this.#running].map((process) => process[Symbol.asyncDispose]()));
    await this.#sessions.close();
  }

  async #launched(command: Command, { session, connection }: Lease): Promise<void> {
    const report = await readUntil(session.channel, /^[^\n]*\n/).catch((cause: unknown) => {
      connection.control.end(session.pid);
      if (connection.lost) throw connectionGone(this.#where, cause);
      throw launchError(command, this.#where, String(session.channel.stderr.read() ?? ""));
    });
    const said = report[0].trimEnd();
    if (said === launchReport.runs) return;
    connection.control.end(session.pid);
    session.channel.destroy();
    throw launchError(command, this.#where, said);
  }

  #checkOpen(): void {
    const [first] = this.#sessions.connections;
    if (this.#disposed || first === undefined || first.lost) throw connectionGone(this.#where);
  }
}
