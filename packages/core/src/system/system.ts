import type { Parser } from "@hoststack/tools";
import type { AnyExperiment } from "../experiment/experiment.js";
import type { Variant } from "../experiment/variant.js";
import type { GuestRecipe } from "../testbed/vm/recipe.js";
import type { SystemKernel } from "./kernels/system-kernel.js";
import type { AnyProfile } from "./profiles/system-profile.js";
import type { AnySetup } from "./setup.js";

/** A named list of measurements that are run together. */
export interface Suite {
  /** One line for help texts. */
  readonly summary: string;
  readonly variants: readonly {
    /** Unique in the suite; names raw outputs. */
    readonly id: string;
    /** Name of an experiment of the system. */
    readonly experiment: string;
    readonly options: Readonly<Record<string, unknown>>;
  }[];
}

/** A kind of output a system reads beside those of the generic tools. */
export interface SystemOutput {
  /** In the first kilobytes of such a text, and of no other. */
  readonly sign: RegExp;
  readonly tool: string;
  readonly parser: Parser<unknown>;
}

/** What a system package exports; its command line is derived from it. */
export interface System {
  /** Name of the command, e.g. `rdma-lab`. */
  readonly name: string;
  readonly version: string;
  readonly summary: string;
  readonly experiments: Readonly<Record<string, AnyExperiment>>;
  readonly suites: Readonly<Record<string, Suite>>;
  /** What hosts need beside the programs of the experiments, and what is built from sources. @default nothing */
  readonly setup?: AnySetup;
  /** Kernels its experiments can run on beside that of the distribution, by the names `--kernel` takes. @default none */
  readonly kernels?: Readonly<Record<string, SystemKernel>>;
  /** Tuning profiles for `tune`, by the names it takes; a file does besides. @default none */
  readonly profiles?: Readonly<Record<string, AnyProfile>>;
  /** What `parse` reads beside outputs of the generic tools; the first that fits. @default nothing */
  readonly outputs?: readonly SystemOutput[];
  /** The guest its experiments need on the vm testbed; with what these variants ask for beside, when they are known. */
  guest(variants?: readonly Pick<Variant, "options">[]): GuestRecipe;
}

/** Fixes the type of a system without widening its names. */
export function defineSystem<S extends System>(system: S): S {
  return system;
}
