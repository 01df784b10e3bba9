import type { BuildPlace } from "./build-place.js";

/** Variables given to every make, so that nothing is compiled again for a difference in them. */
export function makeArguments({ compiler }: Pick<BuildPlace, "compiler">): string[] {
  return [`CC=${compiler}`];
}
