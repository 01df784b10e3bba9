/** Kernels and their modules: built, installed, booted once, proven. */
export { buildKernel } from "./build/build-kernel.js";
export type { BuildKernelOptions } from "./build/build-options.js";
export { type CopyKernelOptions, copyKernel } from "./build/copy-kernel.js";
export type {
  KernelBuildEvent,
  KernelBuildStage,
  PatchHunk,
  PatchReport,
} from "./build/events.js";
export type { BuiltKernel } from "./built.js";
export { buildModule, type ModuleBuild } from "./module/build-module.js";
export type {
  BuildModuleOptions,
  KernelHeaders,
  SourceEdit,
} from "./module/build-options.js";
export type { BuiltModule } from "./module/built-module.js";
export { copyModule } from "./module/copy-module.js";
export {
  type KernelChange,
  type KernelMark,
  kernelSince,
  markKernel,
} from "./module/kernel-watch.js";
export { type LoadedModule, type LoadModuleOptions, loadModule } from "./module/load-module.js";
export { type UnloadModuleOptions, unloadModule } from "./module/unload-module.js";
export type {
  KernelConfig,
  KernelEdit,
  KernelPatch,
  KernelRecipe,
  KernelSource,
  KernelSymbolValue,
} from "./recipe.js";
