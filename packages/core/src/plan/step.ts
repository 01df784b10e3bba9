import type { Command } from "../command/command.js";
import type { BatchCommand, BatchResult } from "../host/batch.js";

/** What a host answered to a question of a step. */
export type Answer = Pick<BatchResult, "exitCode" | "stdout" | "stderr">;

/** What a step may need to know of the host's place for journals and saved files. */
export interface StepPlace {
  /** Private directory of hoststack on the host, where a step may keep what it replaces. */
  readonly savedDirectory: string;
}

/** A file of the controller that must be on the host before a step's actions run. */
export interface Supply {
  /** Path on the controller. */
  readonly localPath: string;
  /** Where the actions find it on the host: in `savedDirectory`, under a name that begins with `supplied-`. */
  readonly hostPath: string;
}

/** Why a step cannot be done, and what the user can do about it. */
export interface Obstacle {
  readonly reason: string;
  readonly remedy: string;
}

/** What a step has to do on one host. */
export type Decision =
  | { readonly state: "satisfied" }
  | {
      readonly state: "needed";
      /** Standard output of `check` once the actions are done; compared byte for byte. */
      readonly wanted: string;
      /** Run in order, stopped at the first failure. */
      readonly actions: readonly BatchCommand[];
      /**
       * Run in order to come back to what was seen; also in the very state that was seen, where actions
       * or undo were cut and may have left something else behind. Empty: nothing to set back.
       */
      readonly undo: readonly BatchCommand[];
      /** For people: what changes, as lines of a unified diff or `old -> new`. */
      readonly diff?: string;
      /** What undo cannot bring back, e.g. counters or link flaps, one line each. */
      readonly irreversible?: readonly string[];
      readonly supplies?: readonly Supply[];
    }
  /** Cannot be decided before another step of the plan is done. */
  | {
      readonly state: "unknownUntil";
      readonly stepId: string;
      /** What stands in the way now, told if it still does once that step is done. */
      readonly otherwise?: Obstacle;
    }
  | ({ readonly state: "impossible" } & Obstacle);

/**
 * One thing to establish on a host, as data: questions, a pure decision, actions, undo and proof. The
 * state of a step is the standard output of one command, so that it can be compared by a plain shell.
 */
export interface Step {
  /** Unique in a plan, and the same in every run: `sysctl:net.core.rmem_max`. */
  readonly id: string;
  /** One line for people. */
  readonly title: string;
  /** What it changes: the whole machine, or the network namespace of the host. */
  readonly scope: "machine" | "netns";
  /** `kept` until `restore`; `scoped` changes are undone when the run ends, however it ends. */
  readonly lifetime: "kept" | "scoped";
  /** Whether the change outlives a reboot of the machine. */
  readonly survives: "reboot" | "boot";
  /** What a state that is neither seen nor wanted means after a crash amid the actions: ours, or somebody else's. @default "conflict" */
  readonly partial?: "ours" | "conflict";
  /** Prints the state; must not change anything and must end with status 0. */
  readonly check: Command;
  /** Further questions, asked in the same round trip. */
  readonly probes?: readonly Command[];
  /** Pure. `seen` is the answer to `check`, `answers` those to `probes`, in order. */
  decide(seen: Answer, answers: readonly Answer[], place: StepPlace): Decision;
}
