/** Where the sources of a kernel come from; whichever it is, its content is checked or measured by a hash. */
export type KernelSource =
  | {
      /** URL of a source archive, `https:`, `http:` or `file:` (of the build host); one directory on top. */
      readonly tarball: string;
      /** Of the archive, 64 hexadecimal digits. */
      readonly sha256: string;
    }
  | {
      /** URL of a git repository. */
      readonly git: string;
      /** Full commit id, 40 hexadecimal digits. */
      readonly commit: string;
    }
  | {
      /** Package of the controller's distribution that holds a source archive, e.g. `linux-source-6.1`. */
      readonly debian: string;
      /** @default the one apt offers when the package is first fetched; kept from then on */
      readonly version?: string;
    }
  | {
      /** Directory (a clean source tree) or archive on the controller. */
      readonly local: string;
    };

/** One patch file in unified format, e.g. of `git diff` or `diff -u`. */
export type KernelPatch = {
  /** Leading directories cut off the names in it. @default 1 */
  readonly strip?: number;
  /** Lines of context that may differ; a hunk that needs more is refused. @default 0 */
  readonly fuzz?: number;
} & (
  | {
      /** File on the controller. */
      readonly path: string;
    }
  | {
      /** The patch itself. */
      readonly text: string;
      /** What it is called in reports. */
      readonly name: string;
    }
);

/** Literal texts of one source file to be replaced; refused unless each is there exactly as often as said. */
export interface KernelEdit {
  /** Below the top of the sources, e.g. `net/ipv4/tcp.c`. */
  readonly path: string;
  /** Made one after the other. */
  readonly edits: readonly {
    readonly pattern: string;
    readonly replacement: string;
    /** How often the pattern has to be there. @default 1 */
    readonly count?: number;
  }[];
}

/** What a symbol of the configuration is set to: `y`, `m`, `n`, a number, or text. */
export type KernelSymbolValue = string | number;

/** How a kernel is configured. */
export type KernelConfig = {
  /**
   * Values by symbol, without `CONFIG_`; of text, `y`, `m` and `n` are the three states. Each is checked in the
   * final configuration: one that was not taken over is an error.
   */
  readonly set?: Readonly<Record<string, KernelSymbolValue>>;
} & (
  | {
      /**
       * `guest`: small, for our guests; `running`: that of the kernel the build host runs; otherwise a target of
       * the sources' own Makefile that ends in `config`, e.g. `defconfig`.
       */
      readonly base: string;
    }
  | {
      /** A configuration file on the controller, e.g. a copy of `/boot/config-*` of the host it is for. */
      readonly file: string;
    }
);

/** A kernel as data: all that decides what is built. */
export interface KernelRecipe {
  readonly source: KernelSource;
  /** Applied in this order, to the sources as published. @default none */
  readonly patches?: readonly KernelPatch[];
  /** Made after the patches. @default none */
  readonly edits?: readonly KernelEdit[];
  readonly config: KernelConfig;
  /** The C compiler, a program of the build host. @default "gcc" */
  readonly compiler?: string;
}
