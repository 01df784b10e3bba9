import {
  defineSetup,
  hostCounts,
  hostTotal,
  type KernelModuleBuild,
  type SetupContext,
} from "@hoststack/core";
import { z } from "zod";
import { kernelFact } from "./kernel-fact.js";
import { moduleBuild } from "./module/build.js";
import { knobFacts, knobsFor } from "./module/host-knobs.js";
import {
  givenKnobs,
  type KnobOptions,
  knobOptions,
  knobsOfOptions,
  type WantedKnobs,
} from "./module/knob-options.js";
import { distributionKernel, kernelOfName, possibleKernels } from "./module/module-kernel.js";
import { redirectLibrary, testPrograms } from "./programs.js";

const options = z.strictObject(knobOptions);
const facts = { ...knobFacts, kernel: kernelFact } as const;

/** Upstream's programs and library, and its module once for each set of knobs that is to be run: on hosts, those of the host. */
export const dcpimSetup = defineSetup({
  options,
  facts,
  builds(
    { variants, kernel, options: given },
    host?: SetupContext<z.output<typeof options>, typeof facts>,
  ) {
    const modules = new Map<string, KernelModuleBuild>();
    for (const variant of variants) {
      const own = givenKnobs(variant.options as KnobOptions);
      const hosts = hostTotal(hostCounts(variant));
      const wanted: WantedKnobs = { ...own, ...givenKnobs(given), hosts };
      const build =
        host === undefined
          ? moduleBuild(knobsOfOptions(wanted), kernelOfName(kernel))
          : moduleBuild(
              knobsFor(wanted, { nic: host.end.nic, facts: host.facts }),
              possibleKernels(host.facts.kernel)[0] ?? distributionKernel,
            );
      modules.set(JSON.stringify(build.module), build);
    }
    return [testPrograms, redirectLibrary, ...modules.values()];
  },
});
