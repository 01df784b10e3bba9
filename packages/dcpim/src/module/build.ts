import type { KernelModuleBuild } from "@hoststack/core";
import { upstream } from "../programs.js";
import { stockKernelEdits } from "./edits.js";
import { knobDefines, type ModuleKnobs } from "./knobs.js";

const directory = "kernel_impl";

/** The file upstream's makefile makes is `dcpim_module.ko`. */
export const moduleName = "dcpim_module";

/** The module for a kernel from 6.1 of a distribution, with its knobs compiled in. Throws OPTIONS_INVALID. */
export const moduleBuild = (knobs: ModuleKnobs): KernelModuleBuild => ({
  name: "dcpim-module",
  source: upstream,
  edits: Object.fromEntries(
    Object.entries(stockKernelEdits).map(([file, edits]) => [`${directory}/${file}`, edits]),
  ),
  directory,
  module: { name: moduleName, defines: knobDefines(knobs) },
  tools: [
    { program: "make", debianPackage: "make" },
    { program: "cc", debianPackage: "gcc" },
    { program: "objcopy", debianPackage: "binutils" },
  ],
});
