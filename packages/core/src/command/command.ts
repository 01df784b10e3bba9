/** One program to run, as data; argv is never joined into shell text outside `quote.ts`. */
export interface Command {
  readonly argv: readonly [file: string, ...args: string[]];
  /** Working directory on the host. @default the login directory */
  readonly cwd?: string;
  /** Added to the host's own environment. */
  readonly env?: Readonly<Record<string, string>>;
}

/** How a process ended. Exactly one of `exitCode` and `signal` is set, unless the connection was lost. */
export interface ProcessExit {
  readonly exitCode: number | undefined;
  /** Name of the signal that ended it, e.g. `SIGKILL`. */
  readonly signal: string | undefined;
  /** It was ended because it passed its deadline. */
  readonly timedOut: boolean;
  /** It was ended because the caller's AbortSignal fired. */
  readonly aborted: boolean;
  /** Wall time on the controller's monotonic clock. */
  readonly durationMs: number;
  /** The connection ended first: how the process ended is unknown, and neither of the two is set. */
  readonly connectionLost?: true;
}

/** A finished command with its output: the same shape whether it succeeded or not. */
export interface CommandResult extends ProcessExit {
  readonly command: Command;
  readonly host: string;
  readonly stdout: string;
  readonly stderr: string;
  /** Ended by itself with exit status 0. */
  readonly ok: boolean;
}
