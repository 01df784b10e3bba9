import { defineSetup, type KernelModuleBuild } from "@hoststack/core";
import { z } from "zod";
import { moduleBuild } from "./module/build.js";
import { type KnobOptions, knobsOfOptions } from "./module/knob-options.js";
import { kernelOfName } from "./module/module-kernel.js";
import { redirectLibrary, testPrograms } from "./programs.js";

/** Upstream's programs and library, and its module once for each set of knobs that is to be run. */
export const dcpimSetup = defineSetup({
  options: z.strictObject({}),
  builds({ variants, kernel }) {
    const modules = new Map<string, KernelModuleBuild>();
    for (const { options } of variants) {
      const build = moduleBuild(knobsOfOptions(options as KnobOptions), kernelOfName(kernel));
      modules.set(JSON.stringify(build.module), build);
    }
    return [testPrograms, redirectLibrary, ...modules.values()];
  },
});
