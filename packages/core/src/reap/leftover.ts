import type { JournalEntry } from "../plan/journal-entry.js";

/** What every leftover tells a person. */
interface Told {
  /** `this machine`, or the name of a host. */
  readonly where: string;
  /** What it is, with its path or process id. */
  readonly what: string;
  /** When it began or was last changed, ISO 8601. */
  readonly since: string;
  /** How it is known to be ours, and why nobody needs it. */
  readonly why: string;
  /** What `reap` does with it. */
  readonly action: string;
  /** False for what is still in use or kept on purpose: `reap` does not touch it. */
  readonly reapable: boolean;
}

/** Something of ours that outlived what it was for, or is kept on purpose. */
export type Leftover = Told &
  (
    | {
        /** A working directory of a process that ended without removing it. */
        readonly kind: "directory";
        readonly path: string;
        /** Token of that process. */
        readonly owner: string;
      }
    | {
        /** A process that outlived the one that started it. */
        readonly kind: "process";
        /** Its own token, which no other process ever has. */
        readonly token: string;
        readonly owner: string;
      }
    | { /** A testbed of `testbed up`. */ readonly kind: "testbed"; readonly name: string }
    | {
        /** A command that was started to outlive its connection. */
        readonly kind: "detached";
        readonly host: string;
        readonly path: string;
      }
    | {
        /** A journalled change of a host. */
        readonly kind: "change";
        readonly host: string;
        readonly entry: JournalEntry;
      }
    | {
        /** The right to change a machine, that nobody renews. */
        readonly kind: "lease";
        readonly host: string;
        readonly token: string;
      }
  );

/** A leftover of one kind. */
export type LeftoverOf<K extends Leftover["kind"]> = Extract<Leftover, { readonly kind: K }>;

/** Where leftovers of the controller's own machine are. */
export const thisMachine = "this machine";
