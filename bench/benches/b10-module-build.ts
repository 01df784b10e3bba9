import { performance } from "node:perf_hooks";
import type { Bench, Comparison, Figure } from "../harness/bench.js";
import { spreadOf } from "../harness/statistics.js";
import { type ManyFilesModule, openManyFilesModule } from "../peers/many-files-module.js";

const oneChanged = (module: ManyFilesModule): Comparison => ({
  name: "one file of C changed : make",
  ours: module.build,
  peer: module.make,
  // both sides' file is changed by either, so that both have one to compile
  before: { ours: module.change, peer: module.change },
  atMost: 1.1,
  pairs: 9,
});

const nothingChanged = (module: ManyFilesModule): Figure => ({
  ...{ name: "nothing changed, median of 9", unit: "s", atMost: 0.2 },
  measure: async () => {
    await module.build();
    const times: number[] = [];
    for (let time = 0; time < 9; time++) {
      const began = performance.now();
      await module.build();
      times.push((performance.now() - began) / 1000);
    }
    return spreadOf(times).median;
  },
});

/** Building a module, beside make. */
export const moduleBuild: Bench = {
  id: "B10",
  title: "A module is built again",
  terms:
    "A module of 21 files of C in a directory on this machine, one of which changes, against the distribution's headers; both compile with as many jobs as CPUs. Ours also tells sources, headers and compiler apart by their content, copies the sources, and reads back what was made. When nothing changed it does the first of these alone.",
  open: async () => {
    const module = await openManyFilesModule();
    // once unmeasured: all files are compiled
    await module.build();
    await module.make();
    return {
      comparisons: [oneChanged(module)],
      figures: [nothingChanged(module)],
      [Symbol.asyncDispose]: module[Symbol.asyncDispose],
    };
  },
};
