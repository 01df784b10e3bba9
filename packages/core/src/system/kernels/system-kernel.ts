import type { KernelSymbolValue } from "../../kernel/recipe.js";

/** A patch that lies in a repository of its authors. */
export interface RepositoryPatch {
  /** URL of the repository. */
  readonly repository: string;
  /** All 40 digits. */
  readonly commit: string;
  /** Path of the patch in it, in unified format. */
  readonly path: string;
}

/** A kernel a system offers by a name: built by `kernel build NAME`, booted by guests with `--kernel NAME`. */
export interface SystemKernel {
  /** One line for help texts. */
  readonly summary: string;
  /** Of its sources, as their makefile says it, e.g. `6.0.3`; those of another version are refused. */
  readonly version: string;
  /** URL of the archive its sources are published in; fetched only by a checksum the user gives. */
  readonly tarball: string;
  /** Applied in this order, without fuzz. @default none */
  readonly patches?: readonly RepositoryPatch[];
  /** Symbols beside those of the configuration it starts from. @default none */
  readonly set?: Readonly<Record<string, KernelSymbolValue>>;
}
