/** Kernels and their modules: built, installed, booted once, proven. */
export { type BootFacts, bootFacts } from "./boot/boot-facts.js";
export { bootOnce } from "./boot/boot-once.js";
export type { BootProof, BootRequest, RebootableHost } from "./boot/boot-request.js";
export { defaultKernelStep } from "./boot/default-step.js";
export { type KernelStatus, kernelStatus } from "./boot/kernel-status.js";
export { type BootPlan, bootPlanLines, planBoot } from "./boot/plan-boot.js";
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
export { type InstallOptions, installKernel, planKernelInstall } from "./install/install-kernel.js";
export { installedKernel } from "./install/installed-kernel.js";
export { type KernelTree, readKernelTree } from "./install/kernel-tree.js";
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
