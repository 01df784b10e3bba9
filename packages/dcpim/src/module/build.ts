import type { KernelModuleBuild } from "@hoststack/core";
import { upstream } from "../programs.js";
import { moduleEdits } from "./edits.js";
import { knobDefines, type ModuleKnobs } from "./knobs.js";
import { distributionKernel, type ModuleKernel } from "./module-kernel.js";

const directory = "kernel_impl";

/** The file upstream's makefile makes is `dcpim_module.ko`. */
export const moduleName = "dcpim_module";

/** The module with its knobs compiled in, for the distribution's kernel or another. Throws OPTIONS_INVALID. */
export const moduleBuild = (
  knobs: ModuleKnobs,
  kernel: ModuleKernel = distributionKernel,
): KernelModuleBuild => ({
  name: "dcpim-module",
  source: upstream,
  edits: Object.fromEntries(
    Object.entries(moduleEdits(kernel)).map(([file, edits]) => [`${directory}/${file}`, edits]),
  ),
  directory,
  module: { name: moduleName, defines: knobDefines(knobs) },
  tools: [
    { program: "make", debianPackage: "make" },
    { program: "cc", debianPackage: "gcc" },
    { program: "objcopy", debianPackage: "binutils" },
  ],
});
