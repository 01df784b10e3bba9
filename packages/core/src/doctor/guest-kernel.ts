import { isHoststackError } from "@hoststack/tools";
import type { BuiltKernel } from "../kernel/built.js";
import { builtKernelFacts } from "../testbed/vm/image/built-kernel.js";
import { type Finding, thisMachine } from "./finding.js";

/** A kernel that guests are to boot in place of the recipe's. */
export interface KernelToBoot {
  /** As `--kernel` takes it. */
  readonly name: string;
  /** Its build on this machine; rejects with what to do where there is none. */
  built(): Promise<BuiltKernel>;
}

/** Whether guests can boot it, and what they will then run. */
export interface KernelExamination {
  readonly finding: Finding;
  readonly release: string;
}

/** Looks for the files that guests would boot. */
export async function examineKernel({ name, built }: KernelToBoot): Promise<KernelExamination> {
  const about = {
    ...{ host: thisMachine, what: `kernel ${name}`, wanted: "a build of it on this machine" },
    why: "guests boot it",
  };
  try {
    const kernel = await built();
    await builtKernelFacts(kernel);
    const { release } = kernel;
    return { release, finding: { ...about, state: "met", found: `${release}, built here` } };
  } catch (error) {
    if (!isHoststackError(error)) throw error;
    const { message: found, remedy = "" } = error;
    return { release: `the kernel ${name}`, finding: { ...about, state: "unmet", found, remedy } };
  }
}
