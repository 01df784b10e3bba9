import type { BuildPlace } from "./build-place.js";

/** Given to every make; the compiler so that nothing is compiled again for a difference in it. */
export function makeArguments({ compiler, jobs }: Pick<BuildPlace, "compiler" | "jobs">): string[] {
  return [`CC=${compiler}`, `-j${jobs}`];
}
