import { createHash } from "node:crypto";
import { didYouMean } from "../../errors/did-you-mean.js";
import { hoststackError } from "../../errors/error.js";
import type { System } from "../system.js";
import type { SystemKernel } from "./system-kernel.js";

/** Name of the distribution's kernel, which guests boot unless another is asked for. */
export const stockKernel = "stock";

/** Names `--kernel` takes for a system. */
export const kernelNames = ({ kernels = {} }: Pick<System, "kernels">): readonly string[] => [
  stockKernel,
  ...Object.keys(kernels),
];

/** The kernel of a system by its name. Throws OPTIONS_INVALID with the nearest name. */
export function kernelNamed(system: System, name: string): SystemKernel {
  const { kernels = {} } = system;
  const kernel = Object.hasOwn(kernels, name) ? kernels[name] : undefined;
  if (kernel !== undefined) return kernel;
  const names = Object.keys(kernels);
  const own = names.length === 0 ? "it has none of its own" : `it has ${names.join(", ")}`;
  throw hoststackError("OPTIONS_INVALID", `${system.name} has no kernel "${name}"`, {
    remedy: `${didYouMean(name, names)}${own}; ${stockKernel} is the distribution's`,
    details: { field: "kernel" },
  });
}

/** Tells a kernel as a system describes it from every other one; what sources a user had it made of is not in it. */
export function kernelKey(system: System, name: string): string {
  const { version, patches = [], set = {} } = kernelNamed(system, name);
  const parts = patches.map(({ repository, commit, path }) => [repository, commit, path]);
  const inputs = [system.name, name, version, parts, Object.entries(set).sort()];
  return createHash("sha256").update(JSON.stringify(inputs)).digest("hex").slice(0, 20);
}
