/** Kernels and their modules: built, installed, booted once, proven. */
export type { BuiltKernel } from "./built.js";
