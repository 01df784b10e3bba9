import type { Readable, Writable } from "node:stream";
import type { Command, ProcessExit } from "../command/command.js";

/** How a command is started. */
export interface StartOptions {
  /**
   * Ends the whole process group when it runs longer, enforced on the host itself (so it also holds
   * when the connection is gone). @default no deadline
   */
  readonly deadlineMs?: number;
  /** Ends the whole process group when it fires; the exit says `aborted`. */
  readonly signal?: AbortSignal;
}

/**
 * A started command in a process group of its own. Disposing it kills the group (SIGKILL) and waits
 * until it is gone; output streams are binary and must be consumed or they hold the process back.
 */
export interface RunningProcess extends AsyncDisposable {
  readonly command: Command;
  /** Id of the process and of its group, on the host. */
  readonly pid: number;
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Settles when the process has ended and both output streams have been closed; never rejects. */
  readonly exit: Promise<ProcessExit>;
  /** Sends a signal to the whole group; does nothing when it has ended. @default "SIGTERM" */
  kill(signal?: NodeJS.Signals): Promise<void>;
}

/** A way of reaching a machine: the only thing a new one has to implement is `start`. */
export interface Transport extends AsyncDisposable {
  readonly kind: "local" | "netns" | "ssh";
  /**
   * A process on the host of each connection this goes over: what the server runs for that connection is ours.
   * Missing where nothing but our own children reaches the host.
   */
  readonly connectedBy?: () => readonly number[];
  /**
   * Starts a command; resolves once it runs. Throws HoststackError TOOL_MISSING when the program
   * does not exist, HOST_UNREACHABLE when the connection is gone.
   */
  start(command: Command, options?: StartOptions): Promise<RunningProcess>;
}
