import { expect, test } from "vitest";
import { longFlows } from "./experiments/long-flows.js";
import { dcpimKernels } from "./kernel.js";
import { upstream } from "./programs.js";
import { dcpim } from "./system.js";

test("the patched kernel is 6.0.3 with upstream's patch at the commit the module is from", () => {
  const { patched, unpatched } = dcpimKernels;
  expect(patched.patches).toEqual([{ ...upstream, path: "kernel_impl/diff.patch" }]);
  expect(patched.tarball).toContain(`/linux-${patched.version}.tar.`);
  expect(unpatched).not.toHaveProperty("patches");
  expect(unpatched.set).toEqual(patched.set);
});

test("each name of a kernel has edits of its own for the module", () => {
  expect(dcpim.kernels).toBe(dcpimKernels);
  const builds = (kernel?: string) =>
    dcpim.setup.builds?.({
      ...{ options: {}, variants: [{ id: "one", experiment: longFlows as never, options: knobs }] },
      ...(kernel === undefined ? {} : { kernel }),
    });
  const edits = [undefined, ...Object.keys(dcpimKernels)].map((kernel) =>
    JSON.stringify(builds(kernel)?.at(-1)?.edits),
  );
  expect(new Set(edits).size).toBe(edits.length);
});

const knobs = { matchingCpu: 1, bandwidthGbps: 1, controlRttUs: 2000, rttUs: 6000 };
