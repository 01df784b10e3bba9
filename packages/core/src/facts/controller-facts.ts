import { arch, release, type } from "node:os";

/** What the computer the run was started on runs; it takes no part in the flow, but reads clocks and starts programs. */
export function controllerFacts(): Record<string, string> {
  return {
    node: process.version,
    kernel: `${type()} ${release()} ${arch()}`,
  };
}
