import type { MissingCapability } from "../testbed.js";

/** Those of the missing capabilities that an experiment on these hosts has to do without. */
export function lackingOn(
  missing: readonly MissingCapability[],
  hosts: readonly string[],
): MissingCapability[] {
  const takesPart = (name: string) => hosts.includes(name);
  return missing.filter(
    (one) =>
      one.hosts.some(takesPart) && (one.besides === undefined || one.besides.some(takesPart)),
  );
}
