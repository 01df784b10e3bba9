import { performance } from "node:perf_hooks";
import type { Command } from "../../command/command.js";
import { checkCommand, launchedPid, selfContainedLaunchText } from "../../command/launch.js";
import { ProcessSet } from "../process-set.js";
import type { StartedProcess } from "../started-process.js";
import type { RunningProcess, StartOptions, Transport } from "../transport.js";
import { type BecomeRoot, rootAccess } from "./become.js";
import type { OpenCarrier } from "./carrier.js";
import { channelProcess } from "./channel-process.js";
import { type ConnectionPlan, connectionGone, openConnection } from "./connection.js";
import { giveScript } from "./login.js";
import { readUntil } from "./read-until.js";
import { type Lease, Sessions } from "./sessions.js";

/** How an account's shells are reached, and who they become. */
export interface CarriedTransport {
  readonly open: OpenCarrier;
  /** The server's name in messages. */
  readonly where: string;
  /** Longest time for the first shell. @default 20_000 */
  readonly shellTimeoutMs?: number | undefined;
  readonly become?: BecomeRoot | undefined;
  /** Gives up connecting when it fires (INTERRUPTED). */
  readonly signal?: AbortSignal | undefined;
}

/** Opens a transport over any carrier. Throws as the carrier does, and ROOT_REFUSED. */
export async function openCarriedTransport(options: CarriedTransport): Promise<Transport> {
  const { open, where, signal, become } = options;
  const plan: ConnectionPlan = {
    open,
    where,
    shellTimeoutMs: options.shellTimeoutMs ?? 20_000,
    root: become === undefined ? undefined : rootAccess(become),
  };
  const first = await openConnection({ ...plan, signal });
  return new SshTransport(
    new Sessions(first, { where, connect: () => openConnection(plan) }),
    where,
  );
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

  connectedBy(): readonly number[] {
    return this.#sessions.controlPids();
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
    const report = await readUntil(session.channel.stdout, /^[^\n]*\n/).then(
      ([line]) => line,
      (cause: unknown) => {
        if (connection.lost) throw connectionGone(this.#where, cause);
        return String(session.channel.stderr.read() ?? "");
      },
    );
    launchedPid(command, this.#where, report);
  }
}
