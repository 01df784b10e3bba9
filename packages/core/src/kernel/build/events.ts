/** The stages of a kernel build, in their order. */
export const kernelBuildStages = [
  "fetch",
  "unpack",
  "patch",
  "configure",
  "build",
  "package",
] as const;

export type KernelBuildStage = (typeof kernelBuildStages)[number];

/** What became of one hunk of a patch in the dry run. */
export interface PatchHunk {
  /** The file it changes, below the top of the sources. */
  readonly file: string;
  /** Its number within the file, counted from 1. */
  readonly number: number;
  /** `present`: the sources have the change already. */
  readonly outcome: "applies" | "fails" | "present";
  /** Line it applies or fails at. */
  readonly line: number;
  /** By how many lines it has moved since the patch was made; negative is up. */
  readonly offset: number;
  /** Lines of context that had to be ignored. */
  readonly fuzz: number;
}

/** The dry run of one patch. */
export interface PatchReport {
  /** Its path or name. */
  readonly patch: string;
  readonly hunks: readonly PatchHunk[];
}

/** What a kernel build tells while it goes on. */
export type KernelBuildEvent =
  | {
      readonly kind: "stage";
      readonly stage: KernelBuildStage;
      /** `skipped`: nothing it depends on has changed since it was last done. */
      readonly state: "begun" | "done" | "skipped";
      /** Of the stage; when done. */
      readonly durationMs?: number;
      /** The full log on the build host, when there is one. */
      readonly log?: string;
    }
  | { readonly kind: "patch"; readonly report: PatchReport }
  | {
      readonly kind: "objects";
      /** Object files compiled so far in this stage. */
      readonly done: number;
      /** How many there will be, from an earlier whole build; undefined where none is known. */
      readonly total: number | undefined;
    };
