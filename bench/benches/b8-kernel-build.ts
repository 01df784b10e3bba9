import type { Bench, Figure } from "../harness/bench.js";
import { secondsOf } from "../harness/elapsed.js";
import { spreadOf } from "../harness/statistics.js";
import { type ManyFilesKernel, openManyFilesKernel } from "../peers/many-files-kernel.js";

/** Most that a build may take in units of make's time, beside a second. */
const share = 1.03;

const beyondMake = (kernel: ManyFilesKernel): Figure => ({
  ...{ name: `whole build beyond ${share} times make, median of 3`, unit: "s", atMost: 1 },
  measure: async () => {
    const beyond: number[] = [];
    for (let pair = 0; pair < 3; pair++) {
      await kernel.forget();
      const makeS = await secondsOf(kernel.make);
      beyond.push((await secondsOf(kernel.build)) - share * makeS);
    }
    return spreadOf(beyond).median;
  },
});

const nothingChanged = (kernel: ManyFilesKernel): Figure => ({
  ...{ name: "nothing changed, median of 7", unit: "s", atMost: 0.5 },
  measure: async () => {
    await kernel.build();
    const times: number[] = [];
    for (let time = 0; time < 7; time++) times.push(await secondsOf(kernel.build));
    return spreadOf(times).median;
  },
});

/** Building a kernel, beside make. */
export const kernelBuild: Bench = {
  id: "B8",
  title: "A kernel is built",
  terms:
    "120 generated files of C, by a Makefile with a kernel's targets, from a tree on this machine. Both configure, compile with as many jobs as CPUs and install the modules; ours also tells the tree by its content, links one of its own, and packs kernel and headers with their digests. When nothing changed it reads all sources and the kernel's files again.",
  open: async () => {
    const kernel = await openManyFilesKernel();
    // once unmeasured: the sources are sent
    await kernel.build();
    return {
      figures: [beyondMake(kernel), nothingChanged(kernel)],
      [Symbol.asyncDispose]: kernel[Symbol.asyncDispose],
    };
  },
};
