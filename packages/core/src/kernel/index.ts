/** Kernels and their modules: built, installed, booted once, proven. */
export type { BuildKernelOptions } from "./build/build-options.js";
export type {
  KernelBuildEvent,
  KernelBuildStage,
  PatchHunk,
  PatchReport,
} from "./build/events.js";
export type { BuiltKernel } from "./built.js";
export type {
  KernelConfig,
  KernelEdit,
  KernelPatch,
  KernelRecipe,
  KernelSource,
  KernelSymbolValue,
} from "./recipe.js";
