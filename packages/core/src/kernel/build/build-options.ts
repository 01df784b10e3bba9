import type { KernelBuildEvent } from "./events.js";

/** How {@link buildKernel} goes about it; none of it changes what is built. */
export interface BuildKernelOptions {
  /**
   * Absolute path on the build host; sources, objects and kernels are kept below it, for the next build.
   * @default `$XDG_CACHE_HOME/hoststack/kernels` or `~/.cache/hoststack/kernels`
   */
  readonly workDirectory?: string;
  /** Compilers at a time. @default the CPUs of the build host */
  readonly jobs?: number;
  /** Added to the environment of every command, e.g. a `PATH` with tools of one's own. @default nothing */
  readonly environment?: Readonly<Record<string, string>>;
  /** Where packages from apt are kept on the controller. @default `$XDG_CACHE_HOME/hoststack` or `~/.cache/hoststack` */
  readonly cacheDirectory?: string;
  readonly onEvent?: (event: KernelBuildEvent) => void;
  /** Ends the build (INTERRUPTED); what was done is kept and gone on from the next time. */
  readonly signal?: AbortSignal;
}
