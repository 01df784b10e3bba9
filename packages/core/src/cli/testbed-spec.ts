import { hostNames } from "../experiment/host-counts.js";
import { linkCount } from "../experiment/placement.js";
import type { Variant } from "../experiment/variant.js";
import { kernelNamed } from "../system/kernels/kernel-named.js";
import type { System } from "../system/system.js";
import type { TestbedSpec } from "../testbed/open-testbed.js";
import type { HostNames } from "../testbed/testbed.js";
import type { ChosenTestbed } from "./chosen-testbed.js";

/** Names of so many embedded hosts: two are called by their roles, more by their number. */
export function embeddedHostNames(count = 2): HostNames {
  if (count === 2) return ["client", "server"];
  const names = Array.from({ length: count }, (_, index) => `host-${index + 1}`);
  const [first = "", second = "", ...others] = names;
  return [first, second, ...others];
}

/**
 * The testbed a command line names, as it is opened. Embedded ones have as many hosts as are asked for, else as the
 * variants run on; namespaces are joined by as many links as a variant uses. Throws OPTIONS_INVALID for the name of a
 * kernel the system has not.
 */
export function testbedSpec(
  system: System,
  testbed: ChosenTestbed,
  variants: readonly Pick<Variant, "experiment" | "options">[] = [],
): TestbedSpec {
  if (testbed.kind === "file" || testbed.kind === "kept") return testbed;
  const hosts =
    testbed.hosts === undefined ? hostNames(variants) : embeddedHostNames(testbed.hosts);
  const links = Math.max(1, ...variants.map(linkCount));
  if (testbed.kind === "netns") {
    return { kind: "netns", hosts, ...(links > 1 ? { links } : {}) };
  }
  // a name that is wrong is told before anything is opened
  if (testbed.kernel !== undefined) kernelNamed(system, testbed.kernel);
  return { kind: "vm", hosts, recipe: system.guest(variants) };
}
