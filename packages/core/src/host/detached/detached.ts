import { posix } from "node:path";
import type { Command } from "../../command/command.js";
import { hoststackError } from "../../errors/error.js";

/** A command that is to outlive its connection and its controller. */
export interface DetachedRequest {
  /** Names it within the directory: letters, digits, dot, dash, underscore. */
  readonly id: string;
  readonly command: Command;
  /** Absolute path on the host, made when it is not there; everything about the command is in `<directory>/<id>`. */
  readonly directory: string;
  /** The host ends the command, with its group, when the lease has not been renewed for this long. At least 1000. */
  readonly leaseMs: number;
  /** Have standard output written line by line, where the host has `stdbuf`. @default true */
  readonly lineBuffered?: boolean;
}

/** What has become of a detached command. */
export type DetachedState =
  | { readonly state: "running" }
  | {
      readonly state: "ended";
      /**
       * Exit status; absent when a signal ended it. Statuses above 128 are taken for signals, as in
       * every POSIX shell.
       */
      readonly exitCode?: number;
      /** Name of the signal that ended it, e.g. `SIGKILL`. */
      readonly signal?: string;
      /** The host ended it because nobody renewed its lease. */
      readonly leaseExpired?: true;
    }
  | {
      readonly state: "lost";
      /** The machine was restarted; it was killed with the shell that waited for it; or it never ran. */
      readonly why: "rebooted" | "killed" | "not started";
    };

/** A detached command as its host knows it; enough to find, follow and stop it from anywhere. */
export interface Detached {
  readonly id: string;
  /** Its own directory, with `stdout` and `stderr` in it. */
  readonly path: string;
  /** Id of its process and group on the host; 0 when it does not run yet, or never ran. */
  readonly pid: number;
  /** Boot of the machine it was started in, and when: they tell the process from another of that id. */
  readonly bootId: string;
  readonly startTicks: number;
  readonly leaseMs: number;
  readonly state: DetachedState;
}

/** The directory of one command. Throws OPTIONS_INVALID. */
export function detachedPath(directory: string, id: string): string {
  checkDirectory(directory);
  if (!/^[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}$/.test(id)) {
    throw hoststackError("OPTIONS_INVALID", `"${id}" cannot name a detached command`, {
      remedy: "use letters, digits, dots, dashes and underscores, 100 at most",
      details: { field: "id" },
    });
  }
  return posix.join(directory, id);
}

/** Throws OPTIONS_INVALID for a directory that would mean another place in another shell. */
export function checkDirectory(directory: string): void {
  if (posix.isAbsolute(directory)) return;
  throw hoststackError("OPTIONS_INVALID", `the directory "${directory}" is not an absolute path`, {
    remedy: "begin it with a slash",
    details: { field: "directory" },
  });
}
